/** One training run inside the worker: a text, its model, its trainer, and what it tells about itself while it runs. */
import {
  createCharacterVocabulary,
  createModel,
  createTokenStream,
  createTrainer,
  createValidationStream,
  generate,
  InputError,
  splitText,
} from '../src/index.ts';
import type { FromWorker, Settings, StepPoint } from './messages.ts';

/** The page redraws at most this often. */
const reportMilliseconds = 100;
const sampleMilliseconds = 2500;
/** The first sample waits for less: the visitor has not seen one yet. */
const firstSampleMilliseconds = 1000;
/** A rate over less than this would jump. */
const rateMilliseconds = 1000;
const sampleLength = 240;
/** Held-out characters that are measured at each sample; more would make a pasted book stutter. */
const validationCharacters = 4096;
const endless = 1_000_000_000;

export interface Session {
  /** Resolves when the kernels are compiled. */
  ready(): Promise<void>;
  /** Trains until the signal; always ends between two steps. */
  run(signal: AbortSignal): Promise<void>;
  /** One training step, a measurement and a sample. */
  step(): Promise<void>;
  setLearningRate(value: number): void;
  setTemperature(value: number): void;
  destroy(): void;
}

export function createSession(device: GPUDevice, settings: Settings, report: (message: FromWorker) => void): Session {
  const { text, cell, hiddenSize, layers, batch, timeSteps, learningRate, clipNorm, seed } = settings;
  const vocabulary = createCharacterVocabulary(text);
  const tokens = splitText(vocabulary.encode(text));
  const stream = createTokenStream(tokens.train, { batch, timeSteps, order: 'stream', seed });
  const heldOut = createValidationStream(tokens.validation.subarray(0, validationCharacters), { batch, timeSteps });
  requireTemperature(settings.temperature);
  let temperature = settings.temperature;

  const model = createModel(device, {
    architecture: 'many-to-many',
    input: { kind: 'tokens', vocabulary: vocabulary.size },
    recurrent: { cell, hiddenSize, layers },
    output: { kind: 'softmax', classes: vocabulary.size },
    seed,
  });
  model.vocabulary = vocabulary;
  const trainer = (() => {
    try {
      return createTrainer(model, {
        batch,
        timeSteps,
        stateful: true,
        optimizer: { kind: 'adam', learningRate },
        // An empty field means no clip.
        clip: Number.isNaN(clipNorm) ? {} : { globalNorm: clipNorm },
        seed,
      });
    } catch (error) {
      model.destroy();
      throw error;
    }
  })();

  let points: StepPoint[] = [];
  let tokensPerSecond = 0;
  let lastStep = 0;
  let reported = performance.now();
  let sampleDue = Number.POSITIVE_INFINITY;

  /** Trains until the signal or until a sample is due. The engine works ahead; what it reports is complete when this ends. */
  async function train(steps: number, signal: AbortSignal): Promise<void> {
    const burst = new AbortController();
    const begun = performance.now();
    let trained = 0;
    const measureRate = () => {
      tokensPerSecond = (trained * batch * timeSteps * 1000) / (performance.now() - begun);
    };
    const stop = () => burst.abort();
    signal.addEventListener('abort', stop);
    try {
      for await (const metrics of trainer.run(stream, { steps, signal: burst.signal })) {
        record(metrics);
        trained += 1;
        if (tokensPerSecond === 0 || performance.now() - begun >= rateMilliseconds) measureRate();
        if (performance.now() - reported >= reportMilliseconds) flush();
        if (signal.aborted || performance.now() >= sampleDue) stop();
      }
    } finally {
      signal.removeEventListener('abort', stop);
      measureRate();
      flush();
    }
  }

  function record({ step, loss, gradientNorm }: StepPoint): void {
    if (!Number.isFinite(loss)) {
      throw new InputError(`learningRate may be too large: the loss of step ${step} is ${loss}; start again with a smaller one, or clip`);
    }
    points.push({ step, loss, gradientNorm });
    lastStep = step;
  }

  function flush(): void {
    if (points.length > 0) report({ kind: 'steps', points, tokensPerSecond, bytes: trainer.bytes });
    points = [];
    reported = performance.now();
  }

  async function sample(): Promise<void> {
    const { loss } = await trainer.evaluate(heldOut);
    report({ kind: 'validation', step: lastStep, loss });
    const sampleText = await generate(model, { length: sampleLength, temperature, seed: (seed + lastStep) >>> 0 });
    report({ kind: 'sample', step: lastStep, text: sampleText });
    sampleDue = performance.now() + sampleMilliseconds;
  }

  return {
    async ready() {
      await trainer.ready();
      sampleDue = performance.now() + firstSampleMilliseconds;
    },
    async run(signal) {
      while (!signal.aborted) {
        await train(endless, signal);
        if (!signal.aborted) await sample();
      }
    },
    async step() {
      await train(1, new AbortController().signal);
      await sample();
    },
    setLearningRate: (value) => trainer.setLearningRate(value),
    setTemperature(value) {
      requireTemperature(value);
      temperature = value;
    },
    destroy() {
      trainer.destroy();
      model.destroy();
    },
  };
}

function requireTemperature(value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
    throw new InputError(`temperature must be zero or a positive number, got ${value}`);
}
