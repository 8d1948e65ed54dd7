/**
 * The training loop: steps are encoded ahead of the GPU and their metrics arrive late, in order. Nothing is awaited in a step;
 * the host waits once per chunk of steps, for the chunk before the last. A chunk grows until it takes about 50 ms; a step that takes longer flies alone, so that
 * a run which is told to end does so within one.
 */
import type { TokenStream } from '../data/token-stream.ts';
import { METRICS_SLOTS } from '../plan/update.ts';
import { InputError } from '../spec/input-error.ts';
import { isMeasured } from '../spec/monitor.ts';
import { updateEveryOf } from '../spec/train.ts';
import { requireInteger } from '../spec/validation.ts';
import { type Batch, totalRows, writeBatch } from './batches.ts';
import type { StepMetrics } from './metrics.ts';
import { requireNextToken } from './next-token.ts';
import { located, type NotFinite, NotFiniteError, notFiniteIn } from './not-finite.ts';
import { createRewinder } from './rewind.ts';
import type { StepWindow } from './step-window.ts';
import type { TrainerState } from './trainer-state.ts';
import { type StepReport, slotOf, type TrainingEngine } from './training-engine.ts';

/**
 * What a run trains on: the windows of a text, or batches one after the other, which end the run if they end. A run that is to be resumed
 * wants batches from `trainer.steps` on.
 */
export type RunSource = TokenStream | Iterable<Batch> | AsyncIterable<Batch>;

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
/** Chunks in flight: the GPU works on one while the host encodes the other. Encoding is nothing beside a long step. */
const chunksAhead = (stepMilliseconds: number): number => (stepMilliseconds > CHUNK_MILLISECONDS ? 1 : 2);
const MOST_STEPS = (METRICS_SLOTS * 2) / 3;

export async function* run(
  trainer: TrainerState,
  source: RunSource,
  { steps, every = 1, signal }: RunOptions,
): AsyncGenerator<RunMetrics, void, void> {
  requireInteger('steps', steps);
  requireInteger('every', every);
  const { spec } = trainer;
  if (isTokenStream(source)) requireStream(trainer, source);
  const engine = await trainer.start();
  const supply = isTokenStream(source) ? windowsOf(trainer, engine, source) : batchesOf(trainer, engine, source);

  const first = trainer.currentStep();
  const rewinder = spec.rewind && (await createRewinder(trainer, spec.rewind));
  const flying: { readonly from: number; readonly to: number; readonly targets: number; readonly report: Promise<StepReport> }[] = [];
  let done = 0;
  let chunk = 1;
  let stepMilliseconds = 0;
  let since = performance.now();
  /** Waits for the oldest chunk: its metrics up to a gradient that is not finite and may not be skipped. */
  const land = async (): Promise<{ readonly metrics: readonly RunMetrics[]; readonly notFinite?: NotFinite }> => {
    const landed = flying.shift();
    if (!landed) return { metrics: [] };
    const report = await landed.report;
    const now = performance.now();
    const milliseconds = Math.max(now - since, 1e-3);
    since = now;
    stepMilliseconds = milliseconds / (landed.to - landed.from);
    const wanted = CHUNK_MILLISECONDS / stepMilliseconds;
    chunk = Math.max(1, Math.min(MOST_STEPS, chunk * 2, Math.round(wanted)));
    const tokensPerSecond = (landed.targets / milliseconds) * 1000;
    const metrics: RunMetrics[] = [];
    for (let step = landed.from + 1; step <= landed.to; step++) {
      const notFinite = spec.nonFinite === 'skip' ? undefined : notFiniteIn(report.metrics, slotOf(step), step, trainer.training.layout);
      if (notFinite) return { metrics, notFinite };
      const isWanted = (step - first) % every === 0 || step - first === steps;
      if (!isWanted && !isMeasured(spec.monitor, step)) continue;
      const decoded = trainer.decode(report, step);
      if (isWanted) metrics.push({ ...decoded, tokensPerSecond, rewinds: rewinder?.rewinds ?? 0 });
    }
    rewinder?.confirm(landed.to);
    return { metrics };
  };
  let hasEnded = false;
  const submitChunk = async (): Promise<void> => {
    const from = trainer.currentStep();
    const count = Math.min(chunk, steps - done);
    const taken = await supply.take(count);
    let targets = 0;
    let report: Promise<StepReport> | undefined;
    for (const [index, upload] of taken.entries()) {
      const { window, reset } = upload();
      targets += window.targetCount;
      report = trainer.submitWindow(engine, window, reset, index === taken.length - 1);
    }
    hasEnded = taken.length < count;
    done += taken.length;
    if (report) flying.push({ from, to: from + taken.length, targets, report });
  };
  const isOver = (): boolean => done >= steps || hasEnded || signal?.aborted === true;
  try {
    while (flying.length > 0 || !isOver()) {
      if (flying.length < chunksAhead(stepMilliseconds) && !isOver()) {
        await rewinder?.prepare(done);
        await submitChunk();
        continue;
      }
      const { metrics, notFinite } = await land();
      yield* metrics;
      if (!notFinite) continue;
      while (flying.length > 0) await land();
      if (rewinder) done = await rewinder.rewind(notFinite);
      else {
        // what was submitted after it was not applied either
        trainer.restoreStep(notFinite.step - 1);
        throw new NotFiniteError(await located(notFinite, trainer), 'the run stopped before that update');
      }
    }
  } finally {
    while (flying.length > 0) await land();
    rewinder?.destroy();
    await supply.end();
  }
}

/** Puts in place what a step reads; called right before the step is submitted. */
type Upload = () => { readonly window: StepWindow; readonly reset: boolean };

interface Supply {
  /** The next `count` steps, fewer where the source ends. */
  take(count: number): readonly Upload[] | Promise<readonly Upload[]>;
  end(): unknown;
}

const isTokenStream = (source: RunSource): source is TokenStream => 'kind' in source && source.kind === 'token-stream';

function requireStream({ model, spec }: TrainerState, { batch, timeSteps, every }: TokenStream): void {
  requireNextToken('a run over a token stream', model.spec);
  if (batch !== totalRows(spec) || timeSteps !== spec.timeSteps)
    throw new InputError(`stream must have batch ${totalRows(spec)} and timeSteps ${spec.timeSteps}, got ${batch} and ${timeSteps}`);
  if (every !== updateEveryOf(spec))
    throw new InputError(
      `stream must have a window every ${updateEveryOf(spec)} positions, the updateEvery of the training, got every ${every}`,
    );
}

function windowsOf({ currentStep, spec }: TrainerState, { data, executor }: TrainingEngine, stream: TokenStream): Supply {
  if (!data) throw new Error('a model of tokens must have token data, got none');
  const place = data.useStream(executor, stream);
  return {
    take: (count) =>
      Array.from({ length: count }, () => () => {
        return { window: place(stream.window(currentStep())), reset: !spec.stateful };
      }),
    end: () => undefined,
  };
}

function batchesOf(
  { model, spec, training }: TrainerState,
  { executor, data }: TrainingEngine,
  source: Iterable<Batch> | AsyncIterable<Batch>,
): Supply {
  const batches = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  return {
    async take(count) {
      const taken: Upload[] = [];
      while (taken.length < count) {
        const next = batches.next();
        const { done, value } = next instanceof Promise ? await next : next;
        if (done) break;
        taken.push(() => ({ window: writeBatch(model.spec, spec, training, executor, data, value), reset: !spec.stateful }));
      }
      return taken;
    },
    end: () => batches.return?.(),
  };
}
