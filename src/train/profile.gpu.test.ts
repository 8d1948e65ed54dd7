/** A step that is timed is the step that it would have been. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTrainer, requestDevice } from '../index.ts';
import { measuredDispatchesOf } from '../plan/step.ts';
import { differences, randomBatch, watchErrors } from '../testing/gpu.ts';
import { smallModel } from '../testing/models.ts';

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

describe('trainer.profile', () => {
  it.each([
    [true, false],
    [false, false],
    [false, true],
  ])('trains as step does and times each dispatch of the plan, stateful %s, monitor %s', async (stateful, monitor) => {
    const made = [1, 2].map(() => createModel(device, smallModel()));
    const trainers = made.map((model) => createTrainer(model, { batch: 3, timeSteps: 4, stateful, monitor, optimizer: { kind: 'adam' } }));
    try {
      const batches = [1, 2, 3].map((seed) => randomBatch(made[0], trainers[0].spec, seed));
      for (const batch of batches) await trainers[0].step(batch);
      await trainers[1].step(batches[0]);
      const times = await trainers[1].profile(batches[1]);
      const last = await trainers[1].step(batches[2]);
      expect(last).toMatchObject({ step: 3, applied: 3 });
      expect(differences(await made[1].parameters.read(), await made[0].parameters.read())).toEqual([]);
      const dispatches = measuredDispatchesOf(trainers[1].plan.steps);
      expect(times.map(({ phase, label }) => [phase, label])).toEqual(dispatches.map(({ phase, label }) => [phase, label]));
      for (const { milliseconds } of times) expect(milliseconds).toBeGreaterThanOrEqual(0);
      expect(times.some(({ milliseconds }) => milliseconds > 0)).toBe(true);
    } finally {
      for (const each of [...trainers, ...made]) each.destroy();
    }
  });
});
