import { expect, it } from 'vitest';
import { modelSpec, trainSpec } from '../index.ts';
import { chooseKernel } from './kernel-choice.ts';

const job = {
  model: modelSpec({
    input: { kind: 'tokens', vocabulary: 4 },
    recurrent: { cell: 'gru', hiddenSize: 4 },
    output: { kind: 'softmax', classes: 4 },
  }),
  train: trainSpec({ batch: 1, timeSteps: 2 }),
};
/** A software adapter, which has nothing else to choose; whoever uses more of it fails. */
const noDevice = { adapterInfo: { vendor: 'google', architecture: 'swiftshader', device: '', description: '' } } as GPUDevice;
const silent = (sentence: string): void => expect.unreachable(sentence);

it.each(['sequence', 'step'] as const)('what was asked for is not measured: %s', async (kernel) => {
  expect(await chooseKernel(noDevice, { ...job, engine: { kernel, products: 'auto', weights: 'f32' }, steps: 1e6 }, silent)).toEqual({
    kernel,
    products: 'auto',
  });
});

it('a short run is not measured', async () => {
  expect(await chooseKernel(noDevice, { ...job, engine: { kernel: 'auto', products: 'auto', weights: 'f32' }, steps: 99 }, silent)).toEqual(
    {
      kernel: 'auto',
      products: 'auto',
    },
  );
});
