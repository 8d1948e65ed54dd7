/** Layers beside each other do what they do one after the other: a training has the same bits, in fewer turns. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTrainer, type ModelOptions, type RecurrentKernel, requestDevice, type TrainOptions } from '../index.ts';
import { dispatchesOf } from '../plan/step.ts';
import { differences, randomBatch, watchErrors } from '../testing/gpu.ts';
import { inputs, type SmallOptions, smallModel } from '../testing/models.ts';
import { expectSound } from '../testing/plans.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterAll(() => {
  expect(errors).toEqual([]);
  device.destroy();
});

interface Setting {
  readonly name: string;
  readonly model: SmallOptions;
  readonly training?: Partial<TrainOptions>;
  /** Some rows end early. */
  readonly ends?: boolean;
}

async function train(options: ModelOptions, kernel: RecurrentKernel, { training, ends }: Setting) {
  const model = createModel(device, options, { kernel, selfTest: false });
  const trainer = createTrainer(model, { batch: 5, timeSteps: 4, lengths: ends ?? false, ...training });
  expectSound(trainer.plan);
  const batch = { ...randomBatch(model, trainer.spec), ...(ends && { lengths: [4, 2, 1, 3, 4] }) };
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) losses.push((await trainer.step(batch)).loss);
  const together = dispatchesOf(trainer.plan.steps).filter(({ parts }) => parts);
  const parameters = await model.parameters.read();
  trainer.destroy();
  model.destroy();
  return { together, losses, parameters };
}

async function expectSame(setting: Setting): Promise<readonly string[]> {
  const options = smallModel(setting.model);
  const usual = await train(options, 'step', setting);
  const wave = await train(options, 'wavefront', setting);
  expect(usual.losses.every(Number.isFinite)).toBe(true);
  expect(usual.losses[2]).not.toBe(usual.losses[0]);
  expect(wave.losses).toEqual(usual.losses);
  expect(differences(wave.parameters, usual.parameters)).toEqual([]);
  expect(usual.together).toEqual([]);
  return wave.together.map(({ kernel }) => kernel.variant);
}

const two = { hiddenSize: 3, layers: 2 };
const settings: readonly Setting[] = [
  { name: 'LSTM of three layers with lanes', model: { recurrent: { cell: 'lstm', hiddenSize: 16, layers: 3 } } },
  { name: 'GRU of three layers with lanes', model: { recurrent: { cell: 'gru', hiddenSize: 16, layers: 3 } } },
  { name: 'tanh without bias, layers of two widths', model: { recurrent: { cell: 'rnn-tanh', hiddenSize: [5, 9], bias: 'none' } } },
  {
    name: 'ReLU over vectors, carried states',
    model: { input: inputs.vectors, recurrent: { cell: 'rnn-relu', ...two } },
    training: { stateful: true },
  },
  { name: 'GRU with reset before', model: { recurrent: { cell: 'gru', reset: 'before', ...two } } },
  { name: 'LSTM, rows that end early', model: { recurrent: two }, ends: true },
  {
    name: 'GRU over an embedding, rows that end early',
    model: { input: inputs.embedding, recurrent: { cell: 'gru', ...two } },
    ends: true,
  },
  { name: 'dropout between layers', model: { recurrent: { ...two, dropout: 0.3 } } },
  { name: 'recurrent dropout and zoneout', model: { recurrent: { cell: 'gru', ...two, recurrentDropout: 0.3, zoneout: 0.2 } } },
  { name: 'LSTM with zoneout and ends', model: { recurrent: { ...two, zoneout: 0.2, zoneoutCell: 0.1 } }, ends: true },
  { name: 'learned initial states', model: { recurrent: { ...two, initialState: 'learned' } } },
  { name: 'many to one', model: { architecture: 'many-to-one', recurrent: two }, ends: true },
  { name: 'clips within BPTT', model: { recurrent: two }, training: { clip: { timeStepNorm: 0.01 } } },
  { name: 'monitor', model: { recurrent: two }, training: { monitor: true } },
  { name: 'several micro-batches', model: { recurrent: two }, training: { accumulate: 2 } },
  {
    name: 'encoder and decoder',
    model: { architecture: 'encoder-decoder', decoder: {}, recurrent: two },
    training: { sourceSteps: 4 },
    ends: true,
  },
];

it.each(settings)('$name: the same bits', async (setting) => {
  expect((await expectSame(setting)).length).toBeGreaterThan(2);
});

it.each([
  { name: 'one layer', model: {} },
  { name: 'layer normalization', model: { recurrent: { ...two, layerNorm: true } } },
] as const)('$name: one after the other', async (setting) => {
  expect(await expectSame(setting)).toEqual([]);
});

it.each([
  { name: 'LSTM, rows that end early', model: { recurrent: { ...two, bidirectional: true } }, ends: true },
  {
    name: 'GRU, summed, learned initial states',
    model: { recurrent: { cell: 'gru', ...two, bidirectional: true, merge: 'sum', initialState: 'learned' } },
  },
  { name: 'tanh, layer normalization', model: { recurrent: { cell: 'rnn-tanh', ...two, bidirectional: true, layerNorm: true } } },
  {
    name: 'encoder of two directions',
    model: { architecture: 'encoder-decoder', decoder: {}, recurrent: { ...two, bidirectional: true } },
    training: { sourceSteps: 4 },
    ends: true,
  },
] as const)('two directions beside each other, $name: the bits of one after the other', async (setting) => {
  const options = smallModel(setting.model);
  const apart = await train(options, 'step', setting);
  const beside = await train(options, 'sequence', setting);
  expect(apart.together).toEqual([]);
  expect(beside.together.length).toBeGreaterThanOrEqual(setting.model.architecture ? 2 : 4);
  expect(beside.losses).toEqual(apart.losses);
  expect(differences(beside.parameters, apart.parameters)).toEqual([]);
});

describe('as on a GPU', () => {
  it.each(['lstm', 'gru', 'rnn-tanh'] as const)('%s: operands in workgroup memory, all three roles in a dispatch', async (cell) => {
    // not a software adapter by its name
    const { adapterInfo } = device;
    Object.defineProperty(device, 'adapterInfo', {
      value: { vendor: 'acme', architecture: '', device: '', description: '' },
      configurable: true,
    });
    try {
      const variants = await expectSame({ name: cell, model: { recurrent: { cell, hiddenSize: 32, layers: 2 } }, training: { batch: 17 } });
      const roles = variants.map((variant) => variant.split(' | ').map((part) => part.split(' ')[0]));
      expect(roles).toContainEqual(['step-forward', 'matmul', 'step-forward']);
      expect(roles).toContainEqual(['step-backward', 'matmul', 'step-backward']);
      expect(variants.every((variant) => variant.includes('shared'))).toBe(true);
    } finally {
      Object.defineProperty(device, 'adapterInfo', { value: adapterInfo, configurable: true });
    }
  });
});
