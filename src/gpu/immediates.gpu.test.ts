/** The values of a call reach a kernel as immediates or from a uniform buffer: the same numbers either way. */
import { afterAll, describe, expect, it } from 'vitest';
import { createModel, createTrainer, requestDevice } from '../index.ts';
import { randomBatch, watchErrors } from '../testing/gpu.ts';
import { smallModel } from '../testing/models.ts';
import { avoidImmediates } from './pipelines.ts';

const devices: GPUDevice[] = [];

afterAll(() => {
  for (const device of devices) device.destroy();
});

/** Trains two steps; also how often immediates were set, and with how many dispatches. */
async function train(kernel: 'step' | 'sequence', hasImmediates: boolean) {
  const device = await requestDevice();
  devices.push(device);
  const errors = watchErrors(device);
  if (!hasImmediates) avoidImmediates(device);
  const original = GPUComputePassEncoder.prototype.setImmediates;
  let sets = 0;
  GPUComputePassEncoder.prototype.setImmediates = function (this: GPUComputePassEncoder, ...given: Parameters<typeof original>) {
    sets++;
    return original.apply(this, given);
  };
  try {
    const model = createModel(device, smallModel({ recurrent: { cell: 'lstm', layers: 2 } }));
    const trainer = createTrainer(model, { batch: 3, timeSteps: 4, kernel });
    const batch = randomBatch(model, trainer.spec);
    await trainer.step(batch);
    await trainer.step(batch);
    const parameters = await model.parameters.read();
    return { parameters, sets, dispatches: trainer.dispatches, errors };
  } finally {
    GPUComputePassEncoder.prototype.setImmediates = original;
  }
}

describe.each(['step', 'sequence'] as const)('with %s kernels', (kernel) => {
  it('immediates and uniform buffers train alike', async () => {
    const immediate = await train(kernel, true);
    const uniform = await train(kernel, false);
    expect([immediate.errors, uniform.errors]).toEqual([[], []]);
    // a test of immediates needs a browser that has them
    expect(navigator.gpu.wgslLanguageFeatures.has('immediate_address_space')).toBe(true);
    expect(immediate.sets).toBeGreaterThan(0);
    expect(immediate.sets).toBeLessThanOrEqual(immediate.dispatches);
    expect(uniform.sets).toBe(0);
    expect(uniform.dispatches).toBe(immediate.dispatches);
    expect(immediate.parameters).toEqual(uniform.parameters);
  });
});
