/** Layers beside each other do what they do one after the other: a training has the same bits, in fewer turns. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createModel, createTrainer, type ModelOptions, type RecurrentKernel, requestDevice, type TrainOptions } from '../index.ts';
import { dispatchesOf } from '../plan/step.ts';
import { randomBatch, watchErrors } from '../testing/gpu.ts';
import { smallModel } from '../testing/models.ts';
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

const sizes = { batch: 5, timeSteps: 4 };

async function train(options: ModelOptions, kernel: RecurrentKernel, training: Partial<TrainOptions> = {}) {
  const model = createModel(device, options, { kernel, selfTest: false });
  const trainer = createTrainer(model, { ...sizes, ...training });
  expectSound(trainer.plan);
  const batch = randomBatch(model, trainer.spec);
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) losses.push((await trainer.step(batch)).loss);
  const together = dispatchesOf(trainer.plan.steps).filter(({ parts }) => parts);
  const parameters = [...(await model.parameters.read())].map(([name, values]) => [name, [...values]]);
  trainer.destroy();
  model.destroy();
  return { together, numbers: { losses, parameters } };
}

it.each(['lstm', 'gru', 'rnn-tanh'] as const)('%s: the same bits', async (cell) => {
  const options = smallModel({ recurrent: { cell, hiddenSize: 32, layers: 3 } });
  const { numbers } = await train(options, 'step');
  const wave = await train(options, 'wavefront');
  expect(numbers.losses.every(Number.isFinite)).toBe(true);
  expect(wave.together.length).toBeGreaterThan(8);
  expect(wave.numbers).toEqual(numbers);
});
