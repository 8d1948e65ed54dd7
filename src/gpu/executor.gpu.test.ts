/** What an executor does to a device in a warm step: one encoder, one submit, as many dispatches as the plan says, no new object. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createModel, createTokenStream, createTrainer, type Model, requestDevice, type Trainer, type TrainOptions } from '../index.ts';
import { collect, type DeviceWatch, randomBatch, randomTokens, watchDevice, watchErrors } from '../testing/gpu.ts';
import { inputs, type SmallOptions, smallModel } from '../testing/models.ts';

let device: GPUDevice;
let watch: DeviceWatch;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
  watch = watchDevice(device);
});

beforeEach(() => watch.clear());

afterAll(() => {
  expect(errors).toEqual([]);
  device.destroy();
});

interface Case {
  readonly name: string;
  readonly model?: SmallOptions;
  readonly train?: Partial<TrainOptions>;
  readonly passes: number;
}

const clip: Partial<TrainOptions> = { clip: { globalNorm: 1, value: 1 }, schedule: { kind: 'cosine', totalSteps: 9 } };
const cases: readonly Case[] = [
  { name: 'one-hot tokens', passes: 1 },
  { name: 'embedded tokens, clip and schedule', model: { input: inputs.embedding }, train: clip, passes: 1 },
  { name: 'vectors, two layers', model: { input: inputs.vectors, recurrent: { layers: 2 } }, passes: 1 },
  { name: 'many-to-one', model: { architecture: 'many-to-one' }, passes: 1 },
  { name: 'an LSTM with carried states', model: { recurrent: { cell: 'lstm' } }, train: { stateful: true }, passes: 1 },
  { name: 'two micro-batches', train: { accumulate: 2 }, passes: 1 },
  { name: 'two micro-batches with carried states', train: { accumulate: 2, stateful: true }, passes: 2 },
];

/** An RNN, which compiles fastest, unless the case has a cell of its own. */
const modelOf = (options: SmallOptions = {}) => smallModel({ ...options, recurrent: { cell: 'rnn-tanh', ...options.recurrent } });

type Use = (trainer: Trainer, model: Model) => Promise<void>;

async function withTrainer({ model: options, train }: Pick<Case, 'model' | 'train'>, kernel: 'step' | 'sequence', use: Use): Promise<void> {
  const model = createModel(device, modelOf(options));
  const trainer = createTrainer(model, { batch: 3, timeSteps: 4, ...train, kernel });
  try {
    await use(trainer, model);
  } finally {
    trainer.destroy();
    model.destroy();
  }
}

describe.each(['step', 'sequence'] as const)('a warm step with %s kernels', (kernel) => {
  it.each(cases)('$name: dispatches as planned, one submit, no new object', ({ model: options, train, passes }) =>
    withTrainer({ model: options, train }, kernel, async (trainer, model) => {
      const batch = randomBatch(model, trainer.spec);
      await trainer.step(batch);
      await trainer.step(batch);
      watch.clear();
      const before = trainer.dispatches;
      for (let step = 0; step < 3; step++) await trainer.step(batch);
      const { dispatchesChunked } = trainer.plan.describe();
      expect(trainer.dispatches - before).toBe(3 * dispatchesChunked);
      expect(watch.dispatches).toBe(3 * dispatchesChunked);
      expect(watch.created).toEqual([]);
      expect([watch.encoders, watch.submits, watch.passes]).toEqual([3, 3, 3 * passes]);
    }),
  );
});

describe('submitting a step', () => {
  it('is done when the call returns', () =>
    withTrainer({}, 'step', async (trainer, model) => {
      const batch = randomBatch(model, trainer.spec);
      expect(() => trainer.submit(batch)).toThrow('trainer.submit must come after await trainer.ready()');
      await trainer.ready();
      watch.clear();
      for (let step = 1; step <= 5; step++) {
        trainer.submit(batch);
        expect([watch.submits, trainer.steps]).toEqual([step, step]);
      }
      expect(watch.created).toEqual([]);
      await trainer.idle();
    }));

  it('gives the same numbers with and without waiting for each', () =>
    withTrainer({}, 'step', (waiting, first) =>
      withTrainer({}, 'step', async (submitting, second) => {
        const batches = [1, 2, 3, 4].map((seed) => randomBatch(first, waiting.spec, seed));
        for (const batch of batches) await waiting.step(batch);
        await submitting.ready();
        for (const batch of batches.slice(0, -1)) submitting.submit(batch);
        await submitting.step(batches[3]);
        expect(await second.parameters.read()).toEqual(await first.parameters.read());
      }),
    ));

  it('makes no object in a run over a stream once it is warm', () =>
    withTrainer({ train: { stateful: true } }, 'step', async (trainer) => {
      const stream = createTokenStream(randomTokens(200), trainer.spec);
      await collect(trainer.run(stream, { steps: 3 }));
      watch.clear();
      const metrics = await collect(trainer.run(stream, { steps: 60, every: 20 }));
      expect(metrics).toHaveLength(3);
      expect(watch.created).toEqual([]);
      expect([watch.submits, watch.dispatches]).toEqual([60, 60 * trainer.plan.describe().dispatchesChunked]);
    }));
});
