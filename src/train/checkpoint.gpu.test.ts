/** A run that is saved, loaded into a new model and trainer, and continued, is the uninterrupted one bit for bit. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createCharacterVocabulary,
  createModel,
  createTokenStream,
  createTrainer,
  InputError,
  load,
  requestDevice,
  save,
  type TrainOptions,
} from '../index.ts';
import type { RecurrentOptions } from '../spec/model.ts';
import { collect, type DeviceWatch, differences, randomBatch, randomTokens, watchDevice, watchErrors } from '../testing/gpu.ts';
import { smallModel } from '../testing/models.ts';
import type { EngineOptions } from './model.ts';

let device: GPUDevice;
let watch: DeviceWatch;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
  watch = watchDevice(device);
});

afterAll(() => {
  expect(errors).toEqual([]);
  expect(watch.liveBuffers).toEqual([]);
  device.destroy();
});

const model = smallModel({ recurrent: { cell: 'lstm', layers: 2 } });
const base: TrainOptions = { batch: 2, timeSteps: 4, stateful: true };
const streamFor = (every?: number) => createTokenStream(randomTokens(70), { batch: base.batch, timeSteps: base.timeSteps, every });
const stream = streamFor();

interface ResumedRun {
  readonly name: string;
  readonly options: TrainOptions;
  readonly recurrent?: Partial<RecurrentOptions>;
  readonly engine?: EngineOptions;
}

const runs: readonly ResumedRun[] = [
  { name: 'windows that overlap, from a learned state', options: { ...base, updateEvery: 3 }, recurrent: { initialState: 'learned' } },
  {
    name: 'recurrent dropout and zoneout over windows that overlap, from a learned state',
    options: { ...base, updateEvery: 3 },
    recurrent: { initialState: 'learned', recurrentDropout: 0.2, zoneout: 0.2, zoneoutCell: 0.3 },
  },
  { name: 'adam over a stateful stream', options: base },
  {
    name: 'clip and schedule',
    options: {
      ...base,
      clip: { globalNorm: 0.3, value: 0.1 },
      schedule: { kind: 'cosine', totalSteps: 25, warmupSteps: 4, minimumFactor: 0.1 },
      optimizer: { learningRate: 0.01 },
    },
  },
  { name: 'weights of f16', options: base, engine: { weights: 'f16' } },
  { name: 'momentum', options: { ...base, optimizer: { kind: 'momentum', nesterov: true, learningRate: 0.05 } } },
  { name: 'no moments', options: { ...base, stateful: false, optimizer: { kind: 'sgd', learningRate: 0.1 } } },
];

/** Steps before and after the cut; 8 windows are an epoch, so that the stream starts anew in both halves. */
const [BEFORE, AFTER] = [11, 9];

describe('a resumed run', () => {
  it.each(runs)('goes on exactly as the uninterrupted one: $name', async ({ options, recurrent, engine }) => {
    const tried = smallModel({ recurrent: { cell: 'lstm', layers: 2, ...recurrent } });
    const stream = streamFor(options.updateEvery);
    const whole = createModel(device, tried, engine);
    const wholeTrainer = createTrainer(whole, options);
    const expected = await collect(wholeTrainer.run(stream, { steps: BEFORE + AFTER }));

    const first = createModel(device, tried, engine);
    const firstTrainer = createTrainer(first, options);
    await collect(firstTrainer.run(stream, { steps: BEFORE }));
    const file = await save(first, firstTrainer);
    firstTrainer.destroy();
    first.destroy();

    const { model: second, trainSpec, restore } = await load(device, file);
    expect(trainSpec).toEqual(wholeTrainer.spec);
    const secondTrainer = createTrainer(second, trainSpec ?? options);
    await restore(secondTrainer);
    expect(secondTrainer.steps).toBe(BEFORE);
    const resumed = await collect(secondTrainer.run(stream, { steps: AFTER }));

    const measured = (metrics: typeof expected) => metrics.map(({ tokensPerSecond, ...rest }) => rest);
    expect(measured(resumed)).toEqual(measured(expected.slice(BEFORE)));
    expect(differences(await second.parameters.read(), await whole.parameters.read())).toEqual([]);
    const [left, right] = [await save(second, secondTrainer), await save(whole, wholeTrainer)];
    expect(left.length === right.length && left.every((byte, index) => byte === right[index]), 'files').toBe(true);
    for (const owner of [wholeTrainer, whole, secondTrainer, second]) owner.destroy();
  });

  it('keeps a learning rate that was set by hand', async () => {
    const first = createModel(device, model);
    const trainer = createTrainer(first, base);
    trainer.setLearningRate(0.0125);
    await collect(trainer.run(stream, { steps: 2 }));
    const { model: second, restore } = await load(device, await save(first, trainer));
    const resumed = createTrainer(second, base);
    await restore(resumed);
    expect(resumed.learningRate).toBe(0.0125);
    for (const owner of [trainer, first, resumed, second]) owner.destroy();
  });
});

describe('a resume with other choices', () => {
  it('goes on with another batch, from zero states, and refuses other kernels at the same sizes', async () => {
    const first = createModel(device, model);
    const trainer = createTrainer(first, base);
    await collect(trainer.run(stream, { steps: 3 }));
    const { model: second, restore } = await load(device, await save(first, trainer));
    const other = createTrainer(second, { ...base, kernel: 'step' });
    await expect(restore(other)).rejects.toThrow(/^checkpoint has kernels \[.*sequence-forward.*\], the trainer wants \[.*step-forward/);
    expect(other.steps).toBe(0);
    const wider = createTrainer(second, { ...base, batch: 3, kernel: 'step' });
    await restore(wider);
    const { step, applied, skipped, loss } = await wider.step(randomBatch(second, wider.spec));
    expect([step, applied, skipped, Number.isFinite(loss)]).toEqual([4, 4, 0, true]);
    for (const owner of [trainer, first, other, wider, second]) owner.destroy();
  });
});

describe('a checkpoint', () => {
  it('remembers which recurrent kernels were chosen, by the model or by its trainer', async () => {
    for (const of of ['model', 'trainer'] as const) {
      const first = createModel(device, model, of === 'model' ? { kernel: 'step' } : {});
      const trainer = createTrainer(first, of === 'model' ? base : { ...base, kernel: 'step' });
      await collect(trainer.run(stream, { steps: 1 }));
      const file = await save(first, trainer);
      const { model: second, restore } = await load(device, file);
      const resumed = createTrainer(second, base);
      expect(resumed.plan.describe().kernels).toEqual(trainer.plan.describe().kernels);
      await restore(resumed);
      const { model: third, restore: restoreThird } = await load(device, file, { kernel: 'sequence' });
      const other = createTrainer(third, base);
      await expect(restoreThird(other)).rejects.toThrow(/has kernels/);
      for (const owner of [trainer, first, resumed, second, other, third]) owner.destroy();
    }
  });

  it('of one moment is saved while steps are being submitted', async () => {
    const first = createModel(device, model);
    const trainer = createTrainer(first, base);
    await trainer.ready();
    const batch = randomBatch(first, trainer.spec);
    for (let step = 0; step < 5; step++) trainer.submit(batch);
    const saving = save(first, trainer);
    // steps go on while the file is being read back
    for (let step = 0; step < 20; step++) {
      trainer.submit(batch);
      await Promise.resolve();
    }
    await trainer.idle();
    const { model: second, restore, metadata } = await load(device, await saving);
    const { step, applied } = JSON.parse(metadata.progress);
    expect(applied).toBe(step);
    const resumed = createTrainer(second, base);
    await restore(resumed);
    while (resumed.steps < trainer.steps) await resumed.step(batch);
    expect(differences(await second.parameters.read(), await first.parameters.read())).toEqual([]);
    for (const owner of [trainer, first, resumed, second]) owner.destroy();
  });

  it('without a trainer holds the parameters and cannot be resumed', async () => {
    const first = createModel(device, model);
    const vocabulary = createCharacterVocabulary('abcdefg');
    const loaded = await load(device, await save(first, undefined, { vocabulary, metadata: { text: 'abc' } }));
    expect(differences(await loaded.model.parameters.read(), await first.parameters.read())).toEqual([]);
    expect([loaded.trainSpec, loaded.metadata.text, loaded.model.spec]).toEqual([undefined, 'abc', first.spec]);
    expect(loaded.model.vocabulary?.symbols).toEqual(vocabulary.symbols);
    const trainer = createTrainer(loaded.model, base);
    await expect(loaded.restore(trainer)).rejects.toThrow(new InputError('checkpoint must hold a trainer to resume, got parameters only'));
    for (const owner of [first, trainer, loaded.model]) owner.destroy();
  });

  it('of another model or optimizer is refused before anything changes', async () => {
    const first = createModel(device, model);
    const trainer = createTrainer(first, base);
    await collect(trainer.run(stream, { steps: 2 }));
    const loaded = await load(device, await save(first, trainer));
    const other = createModel(device, smallModel({ recurrent: { cell: 'rnn-tanh' } }));
    const strangers = [createTrainer(other, base), createTrainer(loaded.model, { ...base, optimizer: { kind: 'sgd' } })];
    const before = await other.parameters.read();
    for (const stranger of strangers) await expect(loaded.restore(stranger)).rejects.toThrow(InputError);
    expect(strangers.map(({ steps }) => steps)).toEqual([0, 0]);
    expect(differences(await other.parameters.read(), before)).toEqual([]);
    for (const owner of [trainer, first, ...strangers, other, loaded.model]) owner.destroy();
  });

  it('that is cut short, garbage or of another format leaves nothing behind', async () => {
    const first = createModel(device, model);
    const file = await save(first);
    first.destroy();
    await new Promise((resolve) => setTimeout(resolve));
    const before = watch.liveBytes;
    for (const bytes of [file.slice(0, 7), file.slice(0, file.length - 4), new Uint8Array(64), new Uint8Array(0)]) {
      await expect(load(device, bytes, { name: 'model.safetensors' })).rejects.toThrow(InputError);
      await expect(load(device, bytes, { name: 'model.safetensors' })).rejects.toThrow('model.safetensors');
    }
    expect(watch.liveBytes).toBe(before);
  });
});
