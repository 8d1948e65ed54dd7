import type { TokenStream } from '../data/token-stream.ts';
import { type DispatchTime, requireProfilable } from '../gpu/profiler.ts';
import { readBuffers } from '../gpu/readback.ts';
import { pack, unpack } from '../plan/layout.ts';
import type { Plan } from '../plan/plan.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import type { Tensor } from '../plan/tensor.ts';
import { planTraining, type TrainingPlan } from '../plan/training.ts';
import { entryOf, lowestFirst, type WatchedLayer } from '../plan/watch.ts';
import { type ClipOptions, type ClipSpec, clipSpec } from '../spec/clip.ts';
import { InputError } from '../spec/input-error.ts';
import { requireTrainable, type TrainOptions, type TrainSpec, trainSpec } from '../spec/train.ts';
import { requireNonNegative } from '../spec/validation.ts';
import { type Batch, writeBatch } from './batches.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import type { StepMetrics } from './metrics.ts';
import type { EngineOptions, Model } from './model.ts';
import { stateOf } from './model-state.ts';
import { located, NotFiniteError, notFiniteIn } from './not-finite.ts';
import { createReports } from './reports.ts';
import { type RunMetrics, type RunOptions, type RunSource, run } from './run.ts';
import { rowsAnew } from './start-anew.ts';
import type { StepWindow } from './step-window.ts';
import { rememberTrainer, type TrainerState } from './trainer-state.ts';
import { createTrainingEngine, type StepReport, slotOf, type TrainingEngine } from './training-engine.ts';
import { decodeHealth, decodeTimeNorms, type LayerHealth, type LayerTimeNorms, type MeasuredNorms } from './watched.ts';

/** Trains one model: full training steps on the GPU, one submit each. */
export interface Trainer {
  readonly spec: TrainSpec;
  /** What a step will do: `plan.describe()`, `plan.print()`. Where a kernel is wrong on the device, `ready()` makes it another. */
  readonly plan: Plan;
  /** Steps submitted so far. */
  readonly steps: number;
  /** Bytes of GPU memory of the trainer and its model. */
  readonly bytes: number;
  /** Dispatches encoded so far. */
  readonly dispatches: number;
  /** Resolves when every pipeline is compiled and every buffer is there; steps wait for it by themselves. */
  ready(): Promise<void>;
  /** One full training step on this batch; resolves to what it measured. Rejects with a NotFiniteError unless `nonFinite` is 'skip'. */
  step(batch: Batch): Promise<StepMetrics>;
  /** The same without waiting for the result; call `ready()` once before, and `idle()` to wait. */
  submit(batch: Batch): void;
  /** Resolves when the GPU has finished all submitted steps. */
  idle(): Promise<void>;
  /**
   * One full training step on this batch, as `step` makes it, with the milliseconds of each of its dispatches in the order of the plan. Slower than a
   * step: every dispatch is a pass of its own. Browsers round the times, Chrome to 0.1 ms unless a developer flag is set.
   *
   * @throws Error if the device lacks the feature 'timestamp-query', or for plans of more than 2048 dispatches.
   */
  profile(batch: Batch): Promise<readonly DispatchTime[]>;
  /** Steps over a stream's windows or over batches, reported late and in order. */
  run(source: RunSource, options: RunOptions): AsyncGenerator<RunMetrics, void, void>;
  /** The loss of a held-out stream. */
  evaluate(stream: TokenStream): Promise<Evaluation>;
  readonly gradients: {
    /** Of the last step, before any clip, by PyTorch name. */
    read(): Promise<Map<string, Float32Array>>;
  };
  readonly timeNorms: {
    /** With `monitor`, of the last step that was measured: how the gradient went back through time in each layer and direction. Throws an InputError without `monitor`. */
    read(): Promise<LayerTimeNorms[]>;
    /** The last thousand measured steps that reported (`step` and `run`), oldest first; nothing is waited for. */
    readonly history: readonly MeasuredNorms[];
    /** The last step that was measured. */
    readonly step?: number;
  };
  readonly stateHealth: {
    /** With `monitor`, of the last step that was measured: which gates and units of each layer and direction are stuck. Throws an InputError without `monitor`. */
    read(): Promise<LayerHealth[]>;
  };
  /** Acts from the next step on; the schedule multiplies it. */
  setLearningRate(learningRate: number): void;
  readonly learningRate: number;
  /**
   * Moves the bounds of the clips that `TrainOptions.clip` switched on; acts from the next step on.
   *
   * @throws InputError for a clip that is off, a bound that is not a positive number, or another bound inside of the reverse sweep.
   */
  setClip(bounds: ClipOptions): void;
  /** The bounds in use. */
  readonly clip: ClipSpec;
  /** All rows start anew with the next step, from their initial states. */
  resetStates(): void;
  /** Frees the trainer's GPU memory; the model stays. */
  destroy(): void;
}

/**
 * Makes a trainer. Nothing is compiled before it is needed or `ready()` is called.
 *
 * @throws InputError for options that are not possible, and for sizes that the adapter cannot hold.
 * @example
 * const trainer = createTrainer(model, { batch: 32, timeSteps: 64, stateful: true, clip: { globalNorm: 1 } });
 * for await (const { step, loss } of trainer.run(stream, { steps: 1000 })) console.log(step, loss);
 */
export function createTrainer(model: Model, options: TrainOptions & Pick<EngineOptions, 'kernel'>): Trainer {
  const { kernel, ...rest } = options;
  const state = stateOf(model);
  const spec = trainSpec(rest);
  requireTrainable(model.spec, spec);
  const chosen = kernel ?? state.profile.kernel;
  const planOn = (profile: AdapterProfile): TrainingPlan => planTraining(model.spec, spec, { ...profile, kernel: chosen });
  /** Until the engine is there the plan of kernels that nobody has tested yet. */
  let training = planOn(state.profile);
  const reports = createReports(spec, () => training.watched);
  let engine: Promise<TrainingEngine> | undefined;
  let ready: TrainingEngine | undefined;
  let steps = 0;
  let learningRate = spec.optimizer.learningRate;
  let clip = spec.clip;
  /** All rows start anew with the next step: the first one, and after resetStates. */
  let wantsReset = true;
  let isAlive = true;
  /** Steps that are called without waiting take their turns. */
  let lastStep: Promise<unknown> = Promise.resolve();

  const requireAlive = (): void => {
    if (!isAlive) throw new Error('trainer must not be destroyed');
    state.requireAlive();
  };
  const prepare = async (): Promise<TrainingEngine> => {
    training = await state.planTested(planOn, training);
    return createTrainingEngine(state, model.spec, spec, training);
  };
  const start = async (): Promise<TrainingEngine> => {
    requireAlive();
    engine ??= prepare();
    const made = await engine;
    requireAlive();
    ready = made;
    return made;
  };
  const started = (window: StepWindow, reset: boolean): StepWindow =>
    reset || wantsReset ? { ...window, anew: rowsAnew(window.anew.length, true), targetCount: window.wholeCount } : window;
  const countStep = <Result>(submitted: Result): Result => {
    steps++;
    wantsReset = false;
    return submitted;
  };
  const submitWindow = (made: TrainingEngine, window: StepWindow, reset: boolean, report: boolean): Promise<StepReport> | undefined => {
    requireAlive();
    return countStep(made.submit(started(window, reset), steps + 1, { learningRate, clip }, report));
  };
  const submitBatch = (made: TrainingEngine, batch: Batch, report: boolean): Promise<StepReport> | undefined => {
    requireAlive();
    return submitWindow(made, writeBatch(model.spec, spec, training, made.executor, made.data, batch), !spec.stateful, report);
  };
  const stepOnce = async (batch: Batch): Promise<StepMetrics> => {
    const reported = submitBatch(await start(), batch, true);
    const step = steps;
    if (!reported) throw new Error(`step ${step} must report its metrics, got none`);
    const report = await reported;
    const notFinite = spec.nonFinite === 'skip' ? undefined : notFiniteIn(report.metrics, slotOf(step), step, training.layout);
    if (notFinite) {
      // what was submitted after it was not applied either
      steps = step - 1;
      throw new NotFiniteError(await located(notFinite, access), 'nothing was changed');
    }
    return reports.decode(report, step);
  };

  /** What the watch left of each layer in the last measured step, the lowest layer first. */
  const readWatched = async <Read>(
    tensorOf: (layer: WatchedLayer) => Tensor,
    decode: (layer: WatchedLayer, bytes: ArrayBuffer, entry: number) => Read,
  ) => {
    const { monitor } = spec;
    if (!monitor) throw new InputError('what happens inside of the layers is measured with monitor true, got false');
    const { executor, measuredStep } = await start();
    if (measuredStep === undefined)
      throw new InputError(`a step must have been measured before it is looked into: the first is, and every ${monitor.every}th, got none`);
    const layers = lowestFirst(training.watched);
    const read = await readBuffers(
      state.device,
      layers.map(tensorOf).map((tensor) => ({ buffer: executor.bufferOf(tensor), size: tensor.bytes })),
    );
    return layers.map((layer, index) => decode(layer, read[index], entryOf(monitor, measuredStep)));
  };

  const trainer: Trainer = {
    spec,
    get plan() {
      return training.plan;
    },
    get steps() {
      return steps;
    },
    get bytes() {
      return (ready?.bytes ?? 0) + model.bytes;
    },
    get dispatches() {
      return ready?.executor.dispatches ?? 0;
    },
    get learningRate() {
      return learningRate;
    },
    async ready() {
      await start();
    },
    step(batch) {
      const done = lastStep.then(() => stepOnce(batch));
      lastStep = done.catch(() => undefined);
      return done;
    },
    profile(batch) {
      const done = lastStep.then(async () => {
        requireProfilable(state.device, training.plan);
        const made = await start();
        const window = writeBatch(model.spec, spec, training, made.executor, made.data, batch);
        return countStep(made.profile(started(window, !spec.stateful), steps + 1, { learningRate, clip }));
      });
      lastStep = done.catch(() => undefined);
      return done;
    },
    submit(batch) {
      requireAlive();
      if (!ready) throw new Error('trainer.submit must come after await trainer.ready()');
      submitBatch(ready, batch, false);
    },
    idle: () => state.device.queue.onSubmittedWorkDone(),
    run: (source, runOptions) => run(access, source, runOptions),
    evaluate: (stream) => evaluate(state, model.spec, stream, chosen),
    gradients: {
      async read() {
        const made = await start();
        const [bytes] = await readBuffers(state.device, [{ buffer: made.gradients, size: training.layout.elements * 4 }]);
        return unpack(training.layout, new Float32Array(bytes));
      },
    },
    timeNorms: {
      read: () => readWatched(({ norms }) => norms, decodeTimeNorms),
      get history() {
        return reports.history;
      },
      get step() {
        return ready?.measuredStep;
      },
    },
    stateHealth: {
      read: () =>
        readWatched(
          ({ counts }) => counts,
          (layer, bytes) => decodeHealth(layer, model.spec.recurrent.hiddenSize[layer.layer], bytes),
        ),
    },
    setLearningRate(value) {
      learningRate = requireNonNegative('learningRate', value);
    },
    setClip(bounds) {
      const asked = clipSpec(bounds);
      const off = (Object.keys(asked) as (keyof ClipSpec)[]).find((name) => spec.clip[name] === undefined);
      if (off) throw new InputError(`clip.${off} must be on from the start to be moved, got a trainer without it`);
      const fixed = (['timeStepNorm', 'timeStepValue'] as const).find((name) => asked[name] !== undefined && asked[name] !== clip[name]);
      if (fixed) throw new InputError(`clip.${fixed} must stay ${clip[fixed]}, which the kernels were given, got ${asked[fixed]}`);
      clip = Object.freeze({ ...clip, ...asked });
    },
    get clip() {
      return clip;
    },
    resetStates() {
      wantsReset = true;
    },
    destroy() {
      isAlive = false;
      engine?.then(
        (made) => made.destroy(),
        () => undefined,
      );
      engine = undefined;
      ready = undefined;
    },
  };
  const access: TrainerState = {
    device: state.device,
    model,
    spec,
    get training() {
      return training;
    },
    start,
    requireAlive,
    submitWindow,
    decode: reports.decode,
    currentStep: () => steps,
    restoreStep(step) {
      steps = step;
      wantsReset = step === 0;
    },
    learningRate: () => learningRate,
    setLearningRate: (value) => trainer.setLearningRate(value),
    pack: (tensors) => pack(training.layout, tensors),
  };
  rememberTrainer(trainer, access);
  return trainer;
}
