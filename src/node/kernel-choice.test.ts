import { expect, it } from 'vitest';
import { modelSpec, trainSpec } from '../index.ts';
import { chooseKernel, describeChoice } from './kernel-choice.ts';

const job = {
  model: modelSpec({
    input: { kind: 'tokens', vocabulary: 4 },
    recurrent: { cell: 'gru', hiddenSize: 4 },
    output: { kind: 'softmax', classes: 4 },
  }),
  train: trainSpec({ batch: 1, timeSteps: 2 }),
};
/** Whoever uses it fails. */
const noDevice = undefined as unknown as GPUDevice;
const silent = (sentence: string): void => expect.unreachable(sentence);

it.each(['sequence', 'step'] as const)('what was asked for is not measured: %s', async (kernel) => {
  expect(await chooseKernel(noDevice, { ...job, kernel, steps: 1e6 }, silent)).toEqual({ kernel });
});

it('a short run is not measured', async () => {
  expect(await chooseKernel(noDevice, { ...job, kernel: 'auto', steps: 99 }, silent)).toEqual({ kernel: 'auto' });
});

it('a choice is told in a sentence', () => {
  const timed = { timeSteps: 32, milliseconds: { sequence: 25.51, step: 21.4 }, known: true };
  expect(describeChoice({ kernel: 'step', timed })).toBe(
    'recurrent kernels: one dispatch per time step, 21.4 ms against 25.5 ms for one dispatch per layer (32 time steps, measured on this adapter before)',
  );
  expect(describeChoice({ kernel: 'auto' })).toBe('recurrent kernels: by size, there is one way only');
});
