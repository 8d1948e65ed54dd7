/** Learned initial states wherever a model begins to read, and rows that start anew by themselves; the numbers themselves are held against PyTorch. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTokenStream, createTrainer, generateTokens, type Model, requestDevice, type TrainOptions } from '../index.ts';
import { at } from '../testing/at.ts';
import { differences, largestDifference, randomBatch, randomInput, randomTokens, watchErrors } from '../testing/gpu.ts';
import { inputs, type SmallOptions, smallModel } from '../testing/models.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterEach(() => expect(errors).toEqual([]));

afterAll(() => device.destroy());

/** A model whose learned states are far from zero. */
async function withLearned(options: SmallOptions, use: (model: Model) => Promise<void>): Promise<void> {
  const { recurrent, ...rest } = options;
  const model = createModel(device, smallModel({ ...rest, recurrent: { ...recurrent, initialState: 'learned' } }));
  try {
    const parameters = await model.parameters.read();
    for (const [name, values] of parameters)
      if (/[hc]_0_/.test(name))
        parameters.set(
          name,
          values.map((_, unit) => 0.4 - 0.3 * unit),
        );
    await model.parameters.write(parameters);
    await use(model);
  } finally {
    model.destroy();
  }
}

const learnedNames = (tensors: ReadonlyMap<string, Float32Array>): string[] => [...tensors.keys()].filter((name) => /[hc]_0_/.test(name));

const [BATCH, STEPS] = [3, 4];

describe('a learned initial state', () => {
  it.each(['vectors', 'one-hot'] as const)('begins a forward pass and each row of a stream of %s', (input) =>
    withLearned({ input: inputs[input], recurrent: { cell: 'lstm', layers: 2 } }, async (model) => {
      const values = randomInput(model.spec, BATCH * STEPS);
      const { output } = await model.forward({ input: values, batch: BATCH });
      const parameters = await model.parameters.read();
      const given = [0, 1].map((layer) => {
        const rows = (kind: string): Float32Array => {
          const row = [...(parameters.get(`rnn.${kind}_0_l${layer}`) ?? [])];
          return Float32Array.from([...row, ...row, ...row]);
        };
        return { h: rows('h'), c: rows('c') };
      });
      expect((await model.forward({ input: values, batch: BATCH, initialState: given })).output).toEqual(output);
      const zero = given.map(({ h, c }) => ({ h: h.map(() => 0), c: c.map(() => 0) }));
      expect(largestDifference((await model.forward({ input: values, batch: BATCH, initialState: zero })).output, output)).toBeGreaterThan(
        0.01,
      );

      const stream = model.stream({ batch: BATCH });
      for (let t = 0; t < STEPS; t++) {
        const row = at(output, t, STEPS);
        expect(largestDifference(await stream.step(at(values, t, STEPS)), row), `t=${t}`).toBeLessThan(1e-6);
      }
      stream.reset([1]);
      const last = await stream.step(at(values, 0, STEPS));
      const begun = at(at(output, 0, STEPS), 1, BATCH);
      expect(largestDifference(at(last, 1, BATCH), begun)).toBeLessThan(1e-6);
      expect(largestDifference(at(last, 0, BATCH), at(at(output, 0, STEPS), 0, BATCH))).toBeGreaterThan(1e-3);
      stream.destroy();
    }),
  );

  it('begins what is generated', () =>
    withLearned({ recurrent: { cell: 'gru' } }, async (model) => {
      const written = await generateTokens(model, { prompt: Int32Array.of(3), length: 5, temperature: 0 });
      const read: number[] = [3];
      for (let index = 0; index < 5; index++) {
        const { output } = await model.forward({ input: Int32Array.from(read) });
        const scores = [...at(output, read.length - 1, read.length)];
        read.push(scores.indexOf(Math.max(...scores)));
      }
      expect([...written]).toEqual(read.slice(1));
    }));

  it('of an encoder has the gradient that differences of the loss give', () =>
    withLearned(
      { architecture: 'encoder-decoder', recurrent: { cell: 'lstm', bidirectional: true }, attention: { kind: 'additive' } },
      async (model) => {
        const sizes: TrainOptions = { batch: BATCH, timeSteps: STEPS, optimizer: { kind: 'sgd', learningRate: 0 } };
        const trainer = createTrainer(model, sizes);
        const batch = { ...randomBatch(model, trainer.spec), lengths: [4, 2, 3] };
        await trainer.step(batch);
        const gradients = await trainer.gradients.read();
        const start = await model.parameters.read();
        const names = learnedNames(start);
        expect(names).toEqual(['h_0_l0', 'c_0_l0', 'h_0_l0_reverse', 'c_0_l0_reverse'].map((name) => `encoder.rnn.${name}`));
        for (const name of names) {
          const slope = gradients.get(name) ?? new Float32Array();
          const length = Math.hypot(...slope);
          expect(length, name).toBeGreaterThan(1e-3);
          const losses: number[] = [];
          for (const step of [0.05, -0.05]) {
            const moved = (start.get(name) ?? new Float32Array()).map((value, unit) => value + (step * slope[unit]) / length);
            await model.parameters.write(new Map(start).set(name, moved));
            losses.push((await trainer.step(batch)).loss);
          }
          expect(((losses[0] - losses[1]) / 0.1 - length) / length, name).toBeCloseTo(0, 1.5);
        }
        trainer.destroy();
      },
    ));
});

describe('windows that overlap', () => {
  it('feed a stream as batches do by hand, the first of an epoch whole', async () => {
    const sizes: TrainOptions = { batch: 2, timeSteps: 5, updateEvery: 2, stateful: true };
    const stream = createTokenStream(randomTokens(35), { batch: 2, timeSteps: 5, every: 2 });
    expect(stream.windowsPerEpoch).toBe(7);
    const [one, two] = [0, 1].map(() => createModel(device, smallModel()));
    const trainer = createTrainer(one, sizes);
    const byHand = createTrainer(two, sizes);
    const losses: number[] = [];
    for await (const { loss } of trainer.run(stream, { steps: 9 })) losses.push(loss);
    for (let step = 0; step < 9; step++) {
      const { starts, anew } = stream.window(step);
      const tokens = (shift: number) =>
        Int32Array.from({ length: 10 }, (_, index) => stream.tokens[starts[index % 2] + Math.floor(index / 2) + shift]);
      const { loss } = await byHand.step({ input: tokens(0), target: tokens(1), anew });
      expect(loss).toBe(losses[step]);
    }
    expect(differences(await one.parameters.read(), await two.parameters.read())).toEqual([]);
    await expect(async () => {
      for await (const _ of trainer.run(createTokenStream(randomTokens(35), { batch: 2, timeSteps: 5 }), { steps: 1 }));
    }).rejects.toThrow('stream must have a window every 2 positions, the updateEvery of the training, got every 5');
    for (const owner of [trainer, byHand, one, two]) owner.destroy();
  });
});
