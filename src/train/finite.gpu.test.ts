/** Gradients that are not finite, tiny or huge: a step never spoils the parameters and never says that all is well when it is not. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../formats/safetensors.ts';
import { createModel, createTrainer, InputError, load, type Model, requestDevice, save, type Trainer } from '../index.ts';
import { differences, randomBatch, watchErrors } from '../testing/gpu.ts';
import { cells, inputs, type SmallOptions, smallModel } from '../testing/models.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterEach(() => expect(errors).toEqual([]));

afterAll(() => device.destroy());

async function withTrainer(
  options: SmallOptions,
  train: Parameters<typeof createTrainer>[1],
  use: (model: Model, trainer: Trainer) => Promise<void>,
): Promise<void> {
  const model = createModel(device, smallModel(options), { kernel: 'step' });
  const trainer = createTrainer(model, train);
  try {
    await use(model, trainer);
  } finally {
    trainer.destroy();
    model.destroy();
  }
}

/** The parameters with one element replaced. */
const spoiled = (tensors: ReadonlyMap<string, Float32Array>, name: string, value: number): Map<string, Float32Array> =>
  new Map([...tensors].map(([each, values]) => [each, each === name ? values.map((old, index) => (index === 1 ? value : old)) : values]));

/** Parameters, moments and carried states as a checkpoint has them. */
async function tensorsOf(model: Model, trainer: Trainer): Promise<Map<string, Float32Array>> {
  const { tensors } = decodeSafetensors(await save(model, trainer), 'checkpoint');
  return new Map([...tensors].map(([name, { data }]) => [name, new Float32Array(data)]));
}

const norm = (tensors: ReadonlyMap<string, Float32Array>): number =>
  Math.hypot(...[...tensors.values()].map((values) => Math.hypot(...values)));

describe('a gradient that is not finite', () => {
  const causes: { name: string; model: SmallOptions; parameter: string; value: number; optimizer: 'adam' | 'momentum' }[] = [
    {
      name: 'infinite head weight',
      model: { recurrent: cells['rnn-tanh'] },
      parameter: 'head.weight',
      value: Number.POSITIVE_INFINITY,
      optimizer: 'adam',
    },
    {
      name: 'infinite recurrent weight',
      model: { recurrent: cells['rnn-tanh'] },
      parameter: 'rnn.weight_hh_l0',
      value: Number.NEGATIVE_INFINITY,
      optimizer: 'momentum',
    },
    {
      name: 'overflow of a ReLU',
      model: { input: inputs.vectors, recurrent: cells['rnn-relu'] },
      parameter: 'rnn.bias_ih_l0',
      value: 3e38,
      optimizer: 'adam',
    },
  ];
  it.each(causes)('changes nothing but the count of skipped updates: $name', ({ model: options, parameter, value, optimizer }) =>
    withTrainer(
      options,
      { batch: 2, timeSteps: 4, optimizer: { kind: optimizer }, clip: { globalNorm: 1, value: 0.5 } },
      async (model, trainer) => {
        const batch = randomBatch(model, trainer.spec);
        await trainer.step(batch);
        const { applied } = await trainer.step(batch);
        expect(applied).toBe(2);
        const good = await model.parameters.read();
        await model.parameters.write(spoiled(good, parameter, value));
        const before = await tensorsOf(model, trainer);
        for (let step = 1; step <= 2; step++) {
          const metrics = await trainer.step(batch);
          expect(metrics.gradientNorm).toBeNaN();
          expect([metrics.applied, metrics.skipped]).toEqual([2, step]);
        }
        expect([...(await trainer.gradients.read()).values()].some((values) => values.some((each) => !Number.isFinite(each)))).toBe(true);
        expect(differences(await tensorsOf(model, trainer), before)).toEqual([]);
        await model.parameters.write(good);
        const { applied: after, skipped, loss, gradientNorm } = await trainer.step(batch);
        expect([after, skipped]).toEqual([3, 2]);
        expect(Number.isFinite(loss) && Number.isFinite(gradientNorm)).toBe(true);
        expect(differences(await model.parameters.read(), good)).not.toEqual([]);
      },
    ),
  );

  it('in carried states ends with a reset', () =>
    withTrainer({ recurrent: cells['rnn-relu'] }, { batch: 2, timeSteps: 4, stateful: true }, async (model, trainer) => {
      const batch = randomBatch(model, trainer.spec);
      const good = await model.parameters.read();
      await model.parameters.write(spoiled(good, 'rnn.bias_ih_l0', 3e38));
      expect((await trainer.step(batch)).skipped).toBe(1);
      await model.parameters.write(good);
      trainer.resetStates();
      const { applied, skipped, loss } = await trainer.step(batch);
      expect([applied, skipped]).toEqual([1, 1]);
      expect(Number.isFinite(loss)).toBe(true);
    }));

  it('from an input or a target that is not a number is noticed', () =>
    withTrainer(
      { input: inputs.vectors, output: { kind: 'linear', classes: 2 }, recurrent: cells['rnn-tanh'] },
      { batch: 2, timeSteps: 4 },
      async (model, trainer) => {
        const batch = randomBatch(model, trainer.spec);
        const nan = (values: Float32Array | Int32Array) => Float32Array.from(values, (value, index) => (index === 5 ? Number.NaN : value));
        const before = await model.parameters.read();
        const metrics = [
          await trainer.step({ ...batch, input: nan(batch.input) }),
          await trainer.step({ ...batch, target: nan(batch.target) }),
        ];
        expect(metrics.map(({ gradientNorm }) => gradientNorm)).toEqual([Number.NaN, Number.NaN]);
        expect(metrics[1].loss).toBeNaN();
        expect(metrics[1].skipped).toBe(2);
        expect(differences(await model.parameters.read(), before)).toEqual([]);
      },
    ));

  it('never comes from a parameter that is not a number: it is refused', () =>
    withTrainer({ recurrent: cells['rnn-tanh'] }, { batch: 2, timeSteps: 4 }, async (model) => {
      const before = await model.parameters.read();
      const writing = model.parameters.write(spoiled(before, 'rnn.bias_hh_l0', Number.NaN));
      await expect(writing).rejects.toThrow(new InputError('parameter rnn.bias_hh_l0 must hold numbers, got NaN at element 1'));
      expect(differences(await model.parameters.read(), before)).toEqual([]);
    }));
});

describe('a loss that overflows', () => {
  it('is reported as it is', () =>
    withTrainer({ recurrent: cells['rnn-tanh'] }, { batch: 2, timeSteps: 4 }, async (model, trainer) => {
      await model.parameters.write(spoiled(await model.parameters.read(), 'head.bias', 3e38));
      expect((await trainer.step(randomBatch(model, trainer.spec))).loss).toBe(Number.POSITIVE_INFINITY);
    }));
});

describe('clips', () => {
  it('move their bounds between two steps, if they are on', () =>
    withTrainer(
      { recurrent: cells.lstm },
      { batch: 2, timeSteps: 4, optimizer: { kind: 'sgd', learningRate: 1e-3 }, clip: { globalNorm: 1e6 } },
      async (model, trainer) => {
        const batch = randomBatch(model, trainer.spec);
        expect((await trainer.step(batch)).clipFactor).toBe(1);
        trainer.setClip({ globalNorm: 0.01 });
        const { clipFactor, gradientNorm } = await trainer.step(batch);
        expect(clipFactor * gradientNorm).toBeCloseTo(0.01, 5);
        expect(trainer.clip).toEqual({ globalNorm: 0.01 });
        expect(() => trainer.setClip({ value: 1 })).toThrow('clip.value must be on from the start to be moved, got a trainer without it');
        expect(() => trainer.setClip({ globalNorm: 0 })).toThrow('clip.globalNorm must be a positive number, got 0');
      },
    ));

  it('report what they met, what they left and how often they acted, and bound what they promise', () =>
    withTrainer(
      { recurrent: cells.lstm },
      { batch: 2, timeSteps: 4, optimizer: { kind: 'sgd', learningRate: 1 }, clip: { tensorNorm: 0.05, globalNorm: 0.08 } },
      async (model, trainer) => {
        const batch = randomBatch(model, trainer.spec);
        const start = await model.parameters.read();
        const { clips, gradientNorm, clipFactor } = await trainer.step(batch);
        const norms = [...(await trainer.gradients.read()).values()].map((values) => Math.hypot(...values));
        expect(Object.keys(clips).sort()).toEqual(['globalNorm', 'tensorNorm']);
        expect(clips.tensorNorm?.norm).toBeCloseTo(Math.max(...norms), 5);
        expect(clips.tensorNorm?.factor).toBeCloseTo(0.05 / Math.max(...norms), 4);
        expect(clips.globalNorm?.norm).toBeCloseTo(Math.hypot(...norms.map((each) => Math.min(each, 0.05))), 5);
        expect(clips.globalNorm?.factor).toBe(clipFactor);
        expect(gradientNorm).toBeCloseTo(Math.hypot(...norms), 5);
        const after = await model.parameters.read();
        const changes = new Map([...start].map(([name, values]) => [name, values.map((value, i) => (after.get(name)?.[i] ?? 0) - value)]));
        expect(norm(changes)).toBeCloseTo(0.08, 4);
        await trainer.step(batch);
        expect((await trainer.step(batch)).clips).toMatchObject({ tensorNorm: { acted: 3 }, globalNorm: { acted: 3 } });
        const file = await save(model, trainer);
        const loaded = await load(device, file, { kernel: 'step' });
        const resumed = createTrainer(loaded.model, trainer.spec);
        await loaded.restore(resumed);
        expect((await resumed.step(batch)).clips).toEqual((await trainer.step(batch)).clips);
        resumed.destroy();
        loaded.model.destroy();
      },
    ));

  it('that never act leave the factor at 1', () =>
    withTrainer(
      { recurrent: cells.gru },
      { batch: 2, timeSteps: 4, clip: { value: 100, tensorNorm: 100, globalNorm: 1000 } },
      async (model, trainer) => {
        const { clips, gradientNorm } = await trainer.step(randomBatch(model, trainer.spec));
        const none = { factor: 1, acted: 0 };
        expect(clips).toMatchObject({
          value: { ...none, norm: gradientNorm },
          tensorNorm: none,
          globalNorm: { ...none, norm: gradientNorm },
        });
      },
    ));
});

describe('monitor', () => {
  it.each([true, false])('measures parameters and what the update changed, in five dispatches more: applied %s', (isApplied) =>
    withTrainer(
      { recurrent: cells.lstm },
      { batch: 2, timeSteps: 4, monitor: { every: 1 }, clip: { globalNorm: 0.1 } },
      async (model, trainer) => {
        const { dispatches } = trainer.plan.describe();
        const plain = createTrainer(model, { batch: 2, timeSteps: 4 });
        // parameters before, sums of pieces, their sum; norms through time, health of the one layer
        expect(dispatches).toBe(plain.plan.describe().dispatches + 5);
        plain.destroy();
        const batch = randomBatch(model, trainer.spec);
        await trainer.step(batch);
        if (!isApplied) await model.parameters.write(spoiled(await model.parameters.read(), 'head.bias', Number.POSITIVE_INFINITY));
        const start = await model.parameters.read();
        const { parameterNorm, updateNorm, updateRatio } = await trainer.step(batch);
        const after = await model.parameters.read();
        if (!isApplied) {
          expect([parameterNorm, updateNorm]).toEqual([Number.NaN, 0]);
          return;
        }
        const changes = new Map([...start].map(([name, values]) => [name, values.map((value, i) => (after.get(name)?.[i] ?? 0) - value)]));
        expect((parameterNorm ?? 0) / norm(after)).toBeCloseTo(1, 5);
        expect((updateNorm ?? 0) / norm(changes)).toBeCloseTo(1, 4);
        expect(updateRatio).toBe((updateNorm ?? 0) / (parameterNorm ?? 0));
      },
    ),
  );

  it('is off by default', () =>
    withTrainer({ recurrent: cells.gru }, { batch: 2, timeSteps: 4 }, async (model, trainer) => {
      expect(Object.keys(await trainer.step(randomBatch(model, trainer.spec)))).not.toContain('parameterNorm');
    }));
});

describe('the norm of a gradient', () => {
  const linear: SmallOptions = { input: inputs.vectors, output: { kind: 'linear', classes: 2 }, recurrent: cells['rnn-tanh'] };
  const bound = 0.5;
  const train = { batch: 2, timeSteps: 4, optimizer: { kind: 'sgd', learningRate: 1 }, clip: { globalNorm: bound } } as const;

  /** Gradients of a squared error grow with the outputs, which grow with the head, or with the targets. */
  it.each([
    ['tiny', 1e-25, 0],
    ['small', 1e-12, 0],
    ['moderate', 1, 1],
    ['large', 1, 1e12],
    ['huge', 1, 1e25],
    ['near the end of f32', 1, 1e37],
  ])('is right where it is %s', (_, head, size) =>
    withTrainer(linear, train, async (model, trainer) => {
      const start = await model.parameters.read();
      const scaled = new Map(
        [...start].map(([name, values]) => [name, name === 'head.weight' ? values.map((value) => value * head) : values]),
      );
      await model.parameters.write(scaled);
      const batch = randomBatch(model, trainer.spec);
      const { gradientNorm, clipFactor, applied } = await trainer.step({ ...batch, target: batch.target.map((value) => value * size) });
      const expected = norm(await trainer.gradients.read());
      expect(expected / (size || head)).toBeGreaterThan(1e-2);
      expect(Math.abs(gradientNorm / expected - 1)).toBeLessThan(1e-5);
      const factor = Math.min(1, bound / (expected + 1e-6));
      expect(Math.abs(clipFactor / factor - 1)).toBeLessThan(1e-5);
      expect(applied).toBe(1);
      const after = await model.parameters.read();
      const changes = new Map(
        [...scaled].map(([name, values]) => [name, values.map((value, index) => (after.get(name) as Float32Array)[index] - value)]),
      );
      // parameters near 1 round away what is far below them
      if (factor < 1) expect(Math.abs(norm(changes) / bound - 1)).toBeLessThan(1e-4);
    }),
  );

  it('of nothing is zero', () =>
    withTrainer(linear, train, async (model, trainer) => {
      const zeros = new Map([...(await model.parameters.read())].map(([name, values]) => [name, values.map(() => 0)]));
      await model.parameters.write(zeros);
      const batch = randomBatch(model, trainer.spec);
      const { gradientNorm, clipFactor, loss, applied } = await trainer.step({ ...batch, target: batch.target.map(() => 0) });
      expect([gradientNorm, clipFactor, loss, applied]).toEqual([0, 1, 0, 1]);
      expect(differences(await model.parameters.read(), zeros)).toEqual([]);
    }));
});
