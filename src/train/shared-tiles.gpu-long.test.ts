/** Operands that pass through workgroup memory leave every sum in its order: a training has the same bits, however the tiles of its products lie. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createModel, createTrainer, type ModelOptions, type ProductTiles, requestDevice } from '../index.ts';
import { randomBatch, watchErrors } from '../testing/gpu.ts';
import { smallModel } from '../testing/models.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
  // not a software adapter by its name
  Object.defineProperty(device, 'adapterInfo', { value: { vendor: 'acme', architecture: '', device: '', description: '' } });
});

afterAll(() => {
  expect(errors).toEqual([]);
  device.destroy();
});

const sizes = { batch: 17, timeSteps: 3 };

async function train(options: ModelOptions, kernel: 'sequence' | 'step', products: ProductTiles) {
  const model = createModel(device, options, { kernel, products, selfTest: false });
  const trainer = createTrainer(model, sizes);
  const batch = randomBatch(model, trainer.spec);
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) losses.push((await trainer.step(batch)).loss);
  const { kernels } = trainer.plan.describe();
  const parameters = [...(await model.parameters.read())].map(([name, values]) => [name, [...values]]);
  trainer.destroy();
  model.destroy();
  return { kernels, losses, parameters };
}

it.each([
  { cell: 'lstm', steps: ['step-forward', 'step-backward'] },
  { cell: 'gru', steps: ['step-forward', 'step-backward'] },
  {
    cell: 'gru',
    reset: 'before',
    steps: ['gru-before-gates-forward', 'gru-before-candidate-forward', 'gru-before-candidate-backward', 'gru-before-gates-backward'],
  },
  { cell: 'rnn-relu', steps: ['step-forward', 'step-backward'] },
] as const)('$cell $reset: through workgroup memory, the bits of registers', async ({ steps, ...cell }) => {
  const options = smallModel({ recurrent: { ...cell, hiddenSize: 32, layers: 2 } });
  // the sweep as one dispatch shares states alone
  const { kernels: usual, ...registers } = await train(options, 'sequence', 'registers');
  expect(usual.filter((name) => / shared/.test(name))).toEqual([]);
  const { kernels, ...shared } = await train(options, 'step', 'shared');
  const names = kernels.filter((name) => / shared/.test(name)).map((name) => name.split(' ')[0]);
  expect(new Set(names)).toEqual(new Set([...steps, 'matmul', 'weight-gradient']));
  expect(shared).toEqual(registers);
});
