/** One training run inside the worker: its model and trainer, and what it tells about itself while it trains. */
import {
  createModel,
  createTrainer,
  InputError,
  isSoftwareAdapter,
  load,
  type Model,
  NotFiniteError,
  type Replacement,
  type RunMetrics,
  save,
  type Trainer,
} from '../../src/index.ts';
import { inspectRow, measurePlan } from '../inspection/index.ts';
import type { FromSession, Inspectable, LiveSetting, Query, Result, Settings, StepPoint } from '../protocol.ts';
import type { Material } from './material.ts';
import type { MeasuredKernels } from './measured-kernels.ts';
import { clipOf } from './specs.ts';

/** The page redraws at most this often. */
const reportMilliseconds = 100;
const watchMilliseconds = 300;
const resultMilliseconds = 2500;
/** The first result waits for less: the visitor has not seen one yet. */
const firstResultMilliseconds = 500;
/** A result that took long is not made so often that training stands still. */
const resultShare = 4;
const snapshotMilliseconds = 10_000;
/** A rate over less than this would jump. */
const rateMilliseconds = 1000;
const endless = 1_000_000_000;

export interface Run {
  readonly material: Material;
  readonly model: Model;
  readonly trainer: Trainer;
  /** The kernels that are faster here, as a sentence; absent where their choice was made before, or not by measuring. */
  readonly kernelChoice?: string;
  /** Floating-point operations per millisecond so far; not a number before it is known. */
  readonly flopPerMillisecond: number;
  /** Trains until the signal; always ends between two steps. */
  train(signal: AbortSignal): Promise<void>;
  /** One training step, a measurement and a result. */
  step(): Promise<void>;
  /** When no step is in flight any more, if training was told to end. */
  stepsEnded(): Promise<void>;
  /** Held-out example number `which` from now on (undefined: the one that is shown); a forecast begins after `known` values. */
  show(which?: number, known?: number): Promise<void>;
  answer(query: Query): Promise<void>;
  setLive(name: LiveSetting, value: number | null): void;
  /** Times each dispatch of one more training step. */
  measurePlan(): Promise<void>;
  /** The whole state as a file. */
  save(): Promise<Uint8Array<ArrayBuffer>>;
  destroy(): void;
}

const kernelsOn = async (device: GPUDevice, material: Material): Promise<MeasuredKernels | undefined> =>
  isSoftwareAdapter(device.adapterInfo) ? undefined : (await import('./measured-kernels.ts')).measureKernels(device, material);

/** Makes and compiles; from a checkpoint goes on where that stopped. */
export async function createRun(
  device: GPUDevice,
  material: Material,
  settings: Settings,
  report: (message: FromSession) => void,
  checkpoint?: Uint8Array,
): Promise<Run> {
  const onReplaced = (replacement: Replacement) => report({ kind: 'replaced', replacement });
  const loaded = checkpoint && (await load(device, checkpoint, { name: 'checkpoint', onReplaced }));
  const measured = loaded ? undefined : await kernelsOn(device, material);
  const model = loaded?.model ?? createModel(device, material.model, { ...measured?.engine, onReplaced });
  material.attach(model);
  let trainer: Trainer;
  try {
    trainer = createTrainer(model, material.train);
    if (loaded) await loaded.restore(trainer);
    await trainer.ready();
  } catch (error) {
    model.destroy();
    throw error;
  }
  const { flop } = trainer.plan.describe();

  let temperature = settings.temperature;
  /** What was changed while training went on. */
  let live: Partial<Settings> = {};
  let which = 0;
  let known: number | undefined;
  /** Kernel variants whose self-test was told. */
  let told = 0;
  /** The steps that are being trained. */
  let stepping: Promise<void> = Promise.resolve();
  let points: StepPoint[] = [];
  let tokensPerSecond = 0;
  let flopPerMillisecond = Number.NaN;
  let reported = performance.now();
  let watched = 0;
  let isWatching = false;
  let resultDue = performance.now() + firstResultMilliseconds;
  let snapshotDue = performance.now() + snapshotMilliseconds;
  let mustReset = false;
  let isWarm = false;

  function record({ step, loss, gradientNorm, clipFactor, learningRate }: RunMetrics): void {
    points.push({ step, loss, gradientNorm, clipped: clipFactor < 1, learningRate });
  }

  function flush(): void {
    if (points.length > 0) report({ kind: 'steps', points, tokensPerSecond, bytes: trainer.bytes });
    points = [];
    reported = performance.now();
  }

  /** Read while training goes on: the copy takes its turn behind the steps that are submitted. */
  async function watch(): Promise<void> {
    if (isWatching) return;
    isWatching = true;
    watched = performance.now();
    const step = trainer.steps;
    try {
      const [layers, health] = await Promise.all([trainer.timeNorms.read(), trainer.stateHealth.read()]);
      report({ kind: 'time-norms', timeNorms: { step, layers } });
      report({ kind: 'health', health: { step, layers: health } });
    } catch {
      // a run that was destroyed meanwhile has nothing to say
    } finally {
      isWatching = false;
    }
  }

  /** Beside the first steps; what goes wrong here is told where a result is wanted. */
  async function warm(): Promise<void> {
    await material.warm(model).catch(() => undefined);
  }

  function tellSelfTest(): void {
    const { selfTest } = model;
    if (selfTest.verdicts.length === told) return;
    told = selfTest.verdicts.length;
    report({ kind: 'self-test', selfTest });
  }

  /** The engine works ahead; what it reports is complete when this ends. */
  function trainFor(steps: number, signal: AbortSignal): Promise<void> {
    const trained = trainSteps(steps, signal);
    stepping = trained.catch(() => undefined);
    return trained;
  }

  async function trainSteps(steps: number, signal: AbortSignal): Promise<void> {
    const burst = new AbortController();
    const stop = () => burst.abort();
    const begun = performance.now();
    const { batch, timeSteps } = trainer.spec;
    let trained = 0;
    const measureRate = () => {
      const milliseconds = performance.now() - begun;
      tokensPerSecond = (trained * batch * timeSteps * 1000) / milliseconds;
      flopPerMillisecond = (trained * flop) / milliseconds;
    };
    signal.addEventListener('abort', stop);
    if (mustReset) trainer.resetStates();
    mustReset = false;
    try {
      for await (const metrics of trainer.run(material.batches(trainer.steps), { steps, signal: burst.signal })) {
        record(metrics);
        trained++;
        const now = performance.now();
        if (tokensPerSecond === 0 || now - begun >= rateMilliseconds) measureRate();
        if (now - reported >= reportMilliseconds) flush();
        if (now - watched >= watchMilliseconds) void watch();
        if (signal.aborted || now >= resultDue) stop();
      }
    } catch (error) {
      if (error instanceof NotFiniteError) {
        mustReset = true;
        throw new DivergedError(error);
      }
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      if (trained > 0) measureRate();
      flush();
    }
  }

  async function result(): Promise<void> {
    const begun = performance.now();
    const step = trainer.steps;
    const made = await showNow();
    report({ kind: 'held-out', heldOut: { step, ...(await material.measure(model, trainer)) } });
    const inspection = await inspectRow(inspectable(made));
    if (inspection) report({ kind: 'inspection', inspection });
    await watch();
    tellSelfTest();
    const took = performance.now() - begun;
    resultDue = performance.now() + Math.max(resultMilliseconds, resultShare * took);
  }

  /** Text that is drawn differs from step to step; an example stays until another one is asked for. */
  async function showNow(): Promise<Result> {
    isWarm = true;
    const step = trainer.steps;
    const drawn = material.coder ? which : which + step;
    const made = await material.show(model, drawn, temperature, known);
    report({ kind: 'result', step, result: made });
    return made;
  }

  const inspectable = (made?: Result): Inspectable => ({
    model,
    trainer,
    plan: trainer.plan,
    ...(material.coder && { coder: material.coder, example: material.example(which) }),
    ...(made?.kind === 'text' && { text: made.prompt + made.text }),
    ...(made?.kind === 'melody' && { text: made.words.join(' ') }),
  });

  /** With the settings as they are now, so that the page can go on from the file. */
  const saveAll = () => save(model, trainer, { metadata: { page: JSON.stringify({ ...settings, ...live }) } });

  tellSelfTest();
  return {
    material,
    model,
    trainer,
    kernelChoice: measured?.told,
    get flopPerMillisecond() {
      return flopPerMillisecond;
    },
    async train(signal) {
      if (!isWarm) void warm();
      isWarm = true;
      while (!signal.aborted) {
        await trainFor(endless, signal);
        if (signal.aborted) return;
        await result();
        if (performance.now() < snapshotDue) continue;
        report({ kind: 'snapshot', step: trainer.steps, checkpoint: await saveAll() });
        snapshotDue = performance.now() + snapshotMilliseconds;
      }
    },
    async step() {
      await trainFor(1, new AbortController().signal);
      await result();
    },
    stepsEnded: () => stepping,
    async show(next, from) {
      which = next ?? which;
      known = from;
      const made = await showNow();
      const inspection = await inspectRow(inspectable(made));
      if (inspection) report({ kind: 'inspection', inspection });
    },
    async answer(query) {
      report({ kind: 'answer', result: await material.answer(model, query, temperature) });
    },
    setLive(name, value) {
      if (name === 'learningRate') trainer.setLearningRate(value ?? Number.NaN);
      else if (name === 'clipNorm') trainer.setClip(clipOf(value));
      else temperature = requireTemperature(value);
      live = { ...live, [name]: value };
    },
    async measurePlan() {
      report({ kind: 'plan', measurement: await measurePlan(inspectable(), material.batchOf(trainer.steps)) });
    },
    save: saveAll,
    destroy() {
      trainer.destroy();
      model.destroy();
    },
  };
}

/** A gradient that is no number ended the training; the parameters are as the last good step left them. */
export class DivergedError extends Error {
  constructor({ step, parameter, place }: NotFiniteError) {
    const where = place === undefined ? '' : ` (${place.of} of ${place.layer}, time step ${place.timeStep} of ${place.timeSteps})`;
    super(
      `Step ${step} was not applied: the gradient of ${parameter}${where} is no longer a number. Clip the gradient or lower the learning rate, and go on`,
    );
  }
}

function requireTemperature(value: number | null): number {
  if (value !== null && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new InputError(`temperature must be zero or a positive number, got ${value}`);
}
