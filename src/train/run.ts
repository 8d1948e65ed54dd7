/**
 * The training loop: steps are encoded ahead of the GPU and their metrics arrive late, in order. Nothing is awaited in a step;
 * the host waits once per chunk of steps, for the chunk before the last. A chunk grows until it takes about 50 ms.
 */
import type { TokenStream } from '../data/token-stream.ts';
import { METRICS_SLOTS } from '../plan/update.ts';
import { InputError } from '../spec/input-error.ts';
import { requireInteger } from '../spec/validation.ts';
import { streamWindow, totalRows } from './batches.ts';
import { decodeMetrics, type StepMetrics } from './metrics.ts';
import { requireNextToken } from './next-token.ts';
import { type NotFinite, NotFiniteError, notFiniteIn } from './not-finite.ts';
import { createRewinder } from './rewind.ts';
import type { TrainerState } from './trainer-state.ts';
import { slotOf } from './training-engine.ts';

export interface RunOptions {
  /** Steps to run. */
  readonly steps: number;
  /** Report every n-th step; default 1. */
  readonly every?: number;
  /** Ends the run after the step in flight. */
  readonly signal?: AbortSignal;
}

export interface RunMetrics extends StepMetrics {
  /** Targets per second over the last chunk of steps. */
  readonly tokensPerSecond: number;
  /** Times that the run went back to a snapshot so far; the steps after it are then reported once more. */
  readonly rewinds: number;
}

const CHUNK_MILLISECONDS = 50;
/** Chunks in flight: the GPU works on one while the host encodes the other. */
const CHUNKS_AHEAD = 2;
const MOST_STEPS = (METRICS_SLOTS * 2) / 3;

export async function* run(
  trainer: TrainerState,
  stream: TokenStream,
  { steps, every = 1, signal }: RunOptions,
): AsyncGenerator<RunMetrics, void, void> {
  requireInteger('steps', steps);
  requireInteger('every', every);
  const { spec } = trainer;
  requireNextToken('a run over a token stream', trainer.model.spec);
  if (stream.batch !== totalRows(spec) || stream.timeSteps !== spec.timeSteps) {
    throw new InputError(
      `stream must have batch ${totalRows(spec)} and timeSteps ${spec.timeSteps}, got ${stream.batch} and ${stream.timeSteps}`,
    );
  }
  const engine = await trainer.start();
  if (!engine.data) throw new Error('a model of tokens must have token data, got none');
  const base = engine.data.useStream(engine.executor, stream.tokens);

  const first = trainer.currentStep();
  const rewinder = spec.rewind && (await createRewinder(trainer, spec.rewind));
  const flying: { readonly from: number; readonly to: number; readonly targets: number; readonly metrics: Promise<ArrayBuffer> }[] = [];
  let done = 0;
  let chunk = 1;
  let since = performance.now();
  /** Waits for the oldest chunk: its metrics up to a gradient that is not finite and may not be skipped. */
  const land = async (): Promise<{ readonly metrics: readonly RunMetrics[]; readonly notFinite?: NotFinite }> => {
    const landed = flying.shift();
    if (!landed) return { metrics: [] };
    const ring = await landed.metrics;
    const now = performance.now();
    const milliseconds = Math.max(now - since, 1e-3);
    since = now;
    const wanted = ((landed.to - landed.from) * CHUNK_MILLISECONDS) / milliseconds;
    chunk = Math.max(1, Math.min(MOST_STEPS, chunk * 2, Math.round(wanted)));
    const tokensPerSecond = (landed.targets / milliseconds) * 1000;
    const metrics: RunMetrics[] = [];
    for (let step = landed.from + 1; step <= landed.to; step++) {
      const notFinite = spec.nonFinite === 'skip' ? undefined : notFiniteIn(ring, slotOf(step), step, trainer.training.layout);
      if (notFinite) return { metrics, notFinite };
      if ((step - first) % every === 0 || step - first === steps)
        metrics.push({ ...decodeMetrics(ring, slotOf(step), step, spec), tokensPerSecond, rewinds: rewinder?.rewinds ?? 0 });
    }
    rewinder?.confirm(landed.to);
    return { metrics };
  };
  const submitChunk = (): void => {
    const from = trainer.currentStep();
    const count = Math.min(chunk, steps - done);
    let targets = 0;
    let metrics: Promise<ArrayBuffer> | undefined;
    for (let index = 0; index < count; index++) {
      const window = stream.window(trainer.currentStep());
      targets += window.targetCount;
      metrics = trainer.submitWindow(engine, streamWindow(window, base), window.reset || !spec.stateful, index === count - 1);
    }
    done += count;
    if (metrics) flying.push({ from, to: from + count, targets, metrics });
  };
  const isOver = (): boolean => done >= steps || signal?.aborted === true;
  try {
    while (flying.length > 0 || !isOver()) {
      if (flying.length < CHUNKS_AHEAD && !isOver()) {
        await rewinder?.prepare(done);
        submitChunk();
        continue;
      }
      const { metrics, notFinite } = await land();
      yield* metrics;
      if (!notFinite) continue;
      while (flying.length > 0) await land();
      if (rewinder) done = rewinder.rewind(notFinite);
      else {
        // what was submitted after it was not applied either
        trainer.restoreStep(notFinite.step - 1);
        throw new NotFiniteError(notFinite, 'the run stopped before that update');
      }
    }
  } finally {
    while (flying.length > 0) await land();
    rewinder?.destroy();
  }
}
