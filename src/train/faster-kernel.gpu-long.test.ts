/** The choice of recurrent kernels by measurement, for every kind of sweep: it ends in a choice that trains, within a second. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTrainer, describeChoice, fasterKernel, type KeptStore, requestDevice, setKeptStore } from '../index.ts';
import { randomBatch } from '../testing/gpu.ts';
import { smallModel } from '../testing/models.ts';

let device: GPUDevice;

/** Remembers nothing. */
const forgetful: KeptStore = { software: 'test', read: async () => ({}), update: async () => undefined };

beforeAll(async () => {
  device = await requestDevice();
  setKeptStore(device, forgetful);
});

afterAll(() => device.destroy());

const sizes = { batch: 3, timeSteps: 6 };

describe('the faster kernel', () => {
  it.each([
    ['lengths', smallModel({ recurrent: { cell: 'lstm', layers: 2 } })],
    ['noise and layer normalisation', smallModel({ recurrent: { cell: 'lstm', recurrentDropout: 0.3, layerNorm: true } })],
    ['reset before', smallModel({ recurrent: { cell: 'gru', reset: 'before', bidirectional: true } })],
  ])('is found with %s, and trains', async (_, options) => {
    const { kernel, timed } = await fasterKernel(device, options, sizes);
    expect(Object.keys(timed?.milliseconds ?? {})).toEqual(['sequence', 'step']);
    const model = createModel(device, options, { kernel, selfTest: false });
    const trainer = createTrainer(model, sizes);
    expect((await trainer.step(randomBatch(model, trainer.spec))).loss).toBeGreaterThan(0);
    trainer.destroy();
    model.destroy();
  });

  it('tries layers beside each other where the adapter is no software', async () => {
    const other = await requestDevice();
    setKeptStore(other, forgetful);
    Object.defineProperty(other, 'adapterInfo', { value: { vendor: 'acme', architecture: '', device: '', description: '' } });
    const options = smallModel({ recurrent: { cell: 'lstm', layers: 2 } });
    const choice = await fasterKernel(other, options, sizes, { products: 'registers' });
    expect(Object.keys(choice.timed?.milliseconds ?? {})).toEqual(['sequence', 'step', 'wavefront']);
    expect(describeChoice(choice)).toContain('layers beside each other');
    const single = await fasterKernel(other, smallModel(), sizes, { products: 'registers' });
    expect(Object.keys(single.timed?.milliseconds ?? {})).toEqual(['sequence', 'step']);
    other.destroy();
  });

  it('takes under a second, besides what is compiled', async () => {
    const options = smallModel({ recurrent: { cell: 'lstm', hiddenSize: 64 } });
    const of = { batch: 16, timeSteps: 32 };
    const took: number[] = [];
    for (let round = 0; round < 3; round++) {
      const other = await requestDevice();
      setKeptStore(other, forgetful);
      for (const kernel of ['sequence', 'step'] as const) await compile(other, options, kernel, of);
      const began = performance.now();
      const { timed } = await fasterKernel(other, options, of);
      took.push(performance.now() - began);
      console.log(`16x32x64: ${JSON.stringify(timed)} in ${Math.round(took[took.length - 1])} ms`);
      other.destroy();
    }
    expect(took.sort((left, right) => left - right)[1]).toBeLessThan(1000);
  });
});

/** Compiles what a trainer with these kernels needs. */
async function compile(
  on: GPUDevice,
  options: Parameters<typeof createModel>[1],
  kernel: 'sequence' | 'step',
  train: { batch: number; timeSteps: number },
): Promise<void> {
  const model = createModel(on, options, { kernel, selfTest: false });
  const trainer = createTrainer(model, train);
  await trainer.ready();
  trainer.destroy();
  model.destroy();
}
