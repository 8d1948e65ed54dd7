/** Weights of f16: half the bytes, and nothing else but their rounding. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readBuffers } from '../gpu/readback.ts';
import { createModel, createTrainer, generateTokens, load, type Model, type ModelOptions, requestDevice, save } from '../index.ts';
import { roundedToHalves } from '../plan/halves.ts';
import { pack } from '../plan/layout.ts';
import { weightContents } from '../plan/model-tensors.ts';
import { differences, largestDifference, randomBatch, randomInput, watchErrors } from '../testing/gpu.ts';
import { cellNames, cells, inputs, type SmallOptions, smallModel } from '../testing/models.ts';
import { stateOf } from './model-state.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterEach(() => expect(errors).toEqual([]));

afterAll(() => device.destroy());

const [BATCH, STEPS] = [3, 5];

const tried: readonly (readonly [name: string, options: SmallOptions])[] = [
  ...cellNames.map((cell) => [cell, { recurrent: { ...cells[cell], layers: 2 } }] as const),
  ['layer normalisation', { recurrent: { cell: 'lstm', layerNorm: true }, input: inputs.vectors }],
  [
    'an embedding, two directions, a learned state',
    { recurrent: { cell: 'gru', bidirectional: true, initialState: 'learned' }, input: inputs.embedding },
  ],
];

describe.each(['step', 'sequence'] as const)('a model with weights of f16, kernel %s', (kernel) => {
  it.each(tried)('has the outputs of one whose parameters are f16 numbers: %s', async (_, options) => {
    const [half, full] = (['f16', 'f32'] as const).map((weights) => createModel(device, smallModel(options), { kernel, weights }));
    const rounded = new Map([...(await full.parameters.read())].map(([name, values]) => [name, roundedToHalves(values)]));
    const input = randomInput(half.spec, BATCH * STEPS);
    const own = (await half.forward({ input, batch: BATCH })).output;
    for (const model of [half, full]) await model.parameters.write(rounded);
    const [left, right] = await Promise.all([half, full].map((model) => model.forward({ input, batch: BATCH })));
    expect(left.output).toEqual(right.output);
    // its own parameters are not such numbers, and their rounding makes little difference
    const difference = largestDifference(own, right.output);
    expect(difference).toBeLessThan(2e-3);
    for (const model of [half, full]) model.destroy();
  });
});

const text: ModelOptions = {
  input: { kind: 'tokens', vocabulary: 11, embedding: 6 },
  recurrent: { cell: 'lstm', hiddenSize: 12, layers: 2 },
  output: { kind: 'softmax', classes: 11 },
};

describe('training with weights of f16', () => {
  it('packs the new parameters after every update, and learns as with f32', async () => {
    const losses: number[][] = [];
    for (const weights of ['f16', 'f32'] as const) {
      const model = createModel(device, text, { weights });
      const trainer = createTrainer(model, { batch: BATCH, timeSteps: STEPS, optimizer: { learningRate: 0.02 } });
      const batch = randomBatch(model, trainer.spec);
      const curve: number[] = [];
      for (let step = 0; step < 30; step++) curve.push((await trainer.step(batch)).loss);
      losses.push(curve);
      const { layout, profile, weights: buffer } = stateOf(model);
      const expected = weightContents(layout, pack(layout, await model.parameters.read()), profile);
      const [bytes] = await readBuffers(device, [{ buffer, size: expected.byteLength }]);
      expect(new Uint32Array(bytes)).toEqual(new Uint32Array(expected.buffer));
      trainer.destroy();
      model.destroy();
    }
    const [half, full] = losses;
    expect(half[29]).toBeLessThan(0.5 * half[0]);
    expect(Math.max(...half.map((loss, step) => Math.abs(loss - full[step])))).toBeLessThan(0.02);
    expect(half).not.toEqual(full);
  });

  it('keeps its weights in half the bytes, in the plan and on the device', () => {
    const sizes = (['f16', 'f32'] as const).map((weights) => {
      const model = createModel(device, text, { weights });
      const trainer = createTrainer(model, { batch: BATCH, timeSteps: STEPS });
      const found = [stateOf(model).weights.size, trainer.plan.memory.given.find(({ name }) => name === 'weights')?.bytes];
      trainer.destroy();
      model.destroy();
      return found;
    });
    expect(sizes[0]).toEqual(sizes[1].map((bytes = 0) => bytes / 2));
  });
});

it('a file of f32 is loaded with weights of f16, draws text, and remembers them when it is saved', async () => {
  const model = createModel(device, text);
  // a word of the caller's under the same name is not taken for a choice
  const file = await save(model, undefined, { metadata: { weights: 'heavy', kernel: 'mine' } });
  const { model: half } = await load(device, file, { weights: 'f16' });
  expect(differences(await half.parameters.read(), await model.parameters.read())).toEqual([]);
  const written = (by: Model) => generateTokens(by, { prompt: Int32Array.of(1, 2, 3), length: 20, temperature: 0 });
  expect(await written(half)).toHaveLength(20);
  const { model: again } = await load(device, await save(half));
  expect(stateOf(again).profile.weights).toBe('f16');
  expect(await written(again)).toEqual(await written(half));
  for (const made of [model, half, again]) made.destroy();
});

it('refuses another word, naming those that there are', () => {
  expect(() => createModel(device, text, { weights: 'f8' as 'f16' })).toThrow('weights must be one of f32, f16, got f8');
});
