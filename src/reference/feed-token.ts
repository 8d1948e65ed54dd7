/** What a network that samples its own words reads next, in Float64: see the kernel of the same name. */
import type { Buffers, Call } from './options.ts';
import { gumbel, pcg4d } from './sample.ts';

export interface FeedTokenOptions {
  readonly batch: number;
  readonly classes: number;
  readonly stride: number;
  readonly embedding: number;
  readonly choice: 'draw' | 'likeliest';
  readonly share: {
    readonly most: number;
    readonly schedule: 'constant' | 'linear' | 'exponential' | 'inverse-sigmoid';
    readonly steps: number;
  };
}

/** Where a step's seed lies in its block of control, where the slot of the step before, and where the count of updates in an entry of the metrics. */
export interface FeedPlaces {
  readonly seed: number;
  readonly previousSlot: number;
  readonly applied: number;
  readonly metricsElements: number;
}

/** Whether the row reads its own token at step `time` + 1. */
export function fallsOwn({ share }: Pick<FeedTokenOptions, 'share'>, seed: number, time: number, row: number, applied: number): boolean {
  const [hash] = pcg4d([seed, 0xc0000000, time, row]);
  return hash >>> 8 < Math.trunc(shareAfter(share, applied) * 2 ** 24);
}

export function shareAfter({ most, schedule, steps }: FeedTokenOptions['share'], applied: number): number {
  const progress = applied / steps;
  if (schedule === 'constant') return most;
  if (schedule === 'linear') return most * Math.min(1, progress);
  return most * (1 - (schedule === 'exponential' ? Math.exp(-progress) : steps / (steps + Math.exp(progress))));
}

/** The score by which a class is chosen: its logit, for a draw with Gumbel noise. */
export function scoreOf({ choice }: FeedTokenOptions, seed: number, time: number, row: number, logit: number, index: number): number {
  return choice === 'draw' ? logit + gumbel(seed, 0xe0000000 + time, row, index) : logit;
}

export function feedToken(options: FeedTokenOptions, call: Call, buffers: Buffers, places: FeedPlaces): void {
  const { batch, classes, stride, embedding } = options;
  const { control, metrics, logits, tokens, parameters, embedded } = buffers;
  const { time } = call;
  const seed = control[call.control + places.seed];
  const applied = metrics[control[call.control + places.previousSlot] * places.metricsElements + places.applied];
  for (let row = 0; row < batch; row++) {
    if (!fallsOwn(options, seed, time, row, applied)) continue;
    const score = (index: number): number => scoreOf(options, seed, time, row, logits[(time * batch + row) * stride + index], index);
    let chosen = 0;
    for (let index = 1; index < classes; index++) if (score(index) > score(chosen)) chosen = index;
    const place = (time + 1) * batch + row;
    tokens[place] = chosen;
    for (let i = 0; i < embedding; i++) embedded[place * embedding + i] = parameters[call.embedding + chosen * embedding + i];
  }
}
