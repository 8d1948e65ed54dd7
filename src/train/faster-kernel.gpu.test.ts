/** The choice of recurrent kernels by measurement: it takes the faster one, is remembered, and leaves nothing behind. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kernel } from '../../shaders/kernel.ts';
import { changeKernels } from '../gpu/pipelines.ts';
import { createModel, createTrainer, fasterKernel, type KeptStore, modelSpec, requestDevice, setKeptStore } from '../index.ts';
import { dispatchesOf } from '../plan/step.ts';
import { type DeviceWatch, randomBatch, watchDevice, watchErrors } from '../testing/gpu.ts';
import { smallModel } from '../testing/models.ts';

let device: GPUDevice;
let watch: DeviceWatch;
let errors: string[];
let held: Record<string, Readonly<Record<string, unknown>>>;

const memoryStore = (): KeptStore => ({
  software: 'test',
  read: async (topic) => held[topic] ?? {},
  update: async (topic, change) => {
    held[topic] = change(held[topic] ?? {});
  },
});

const open = async (): Promise<GPUDevice> => {
  const opened = await requestDevice();
  setKeptStore(opened, memoryStore());
  return opened;
};

beforeEach(async () => {
  held = {};
  device = await open();
  errors = watchErrors(device);
  watch = watchDevice(device);
});

afterEach(() => {
  expect(errors).toEqual([]);
  expect(watch.liveBuffers).toEqual([]);
  changeKernels(device, undefined);
  device.destroy();
});

const sizes = { batch: 3, timeSteps: 6 };

/** Makes some kernels do a lot in vain first. */
const slow = (isSlow: (kernel: Kernel) => boolean, turns = 2_000_000): void =>
  changeKernels(device, (kernel) =>
    isSlow(kernel)
      ? {
          ...kernel,
          code: kernel.code.replace(
            /(fn main\([^{]*\{)/,
            '$1 var waste = 1u; for (var i = 0u; i < TURNS; i++) { waste = waste * 1664525u + 1013904223u; } if (waste == 0u) { return; }'.replace(
              'TURNS',
              `${turns}u`,
            ),
          ),
        }
      : kernel,
  );

describe('the faster kernel', () => {
  it.each([
    ['sequence-backward', 'step'],
    ['step-backward', 'sequence'],
  ] as const)('is not the one whose %s is slow', async (name, kernel) => {
    slow((other) => other.name === name);
    const options = smallModel({ recurrent: { cell: 'gru' } });
    const choice = await fasterKernel(device, options, sizes);
    expect(choice).toMatchObject({ kernel, timed: { timeSteps: 6, known: false } });
    const { sequence = 0, step = 0 } = choice.timed?.milliseconds ?? {};
    expect(kernel === 'step' ? sequence / step : step / sequence).toBeGreaterThan(2);
  });

  it('brings the rate by which long dispatches are cut', async () => {
    const options = smallModel({ recurrent: { cell: 'gru' } });
    const { kernel, flopPerMillisecond, timed } = await fasterKernel(device, options, sizes);
    const { hiddenSize, layers } = modelSpec(options).recurrent;
    expect(layers).toBe(1);
    // forward and reverse sweep, whose widths are padded to multiples of 4
    const flop = 2 * 2 * sizes.timeSteps * sizes.batch * 3 * (Math.ceil(hiddenSize[0] / 4) * 4) ** 2;
    // of the kernel that was chosen: another may have taken as long to the ninth digit, and less by the browser's clock
    const own = timed?.milliseconds[kernel] ?? Number.NaN;
    expect(flopPerMillisecond).toBeCloseTo(flop / own, 6);
    const chunksAt = async (rate?: number) => {
      const model = createModel(device, options, { kernel: 'sequence', flopPerMillisecond: rate, selfTest: false });
      const trainer = createTrainer(model, sizes);
      const { dispatches, dispatchesChunked } = trainer.plan.describe();
      const sweeps = dispatchesOf(trainer.plan.steps).filter((step) => /sequence/.test(step.kernel.name));
      const longest = Math.max(...sweeps.map((step) => step.flop));
      trainer.destroy();
      model.destroy();
      return { chunks: dispatchesChunked - dispatches, longest };
    };
    expect((await chunksAt()).chunks).toBe(0);
    const rate = flop / (2 * 50 * 3); // a sweep takes three times the budget
    const cut = await chunksAt(rate);
    expect(cut.chunks).toBeGreaterThanOrEqual(4);
    expect(cut.longest / rate).toBeLessThanOrEqual(50);
    expect(() => createModel(device, options, { flopPerMillisecond: 0 })).toThrow('flopPerMillisecond must be a positive number, got 0');
  });

  it('is known afterwards: in the session at once, in another from what was kept', async () => {
    const options = smallModel({ recurrent: { cell: 'rnn-tanh' } });
    const [first, same] = await Promise.all([fasterKernel(device, options, sizes), fasterKernel(device, options, sizes)]);
    expect(same).toBe(first);
    const other = await open();
    const later = await fasterKernel(other, options, sizes);
    expect(later).toEqual({ ...first, timed: { ...first.timed, known: true } });
    // other sizes are another question
    expect((await fasterKernel(other, options, { ...sizes, timeSteps: 7 })).timed).toMatchObject({ known: false, timeSteps: 7 });
    other.destroy();
  });

  it.each([
    ['registers', 'shared'],
    ['shared', 'registers'],
  ] as const)('on a GPU has its products through %s, where those by %s are slow', async (products, other) => {
    // not a software adapter by its name
    Object.defineProperty(device, 'adapterInfo', { value: { vendor: 'acme', architecture: '', device: '', description: '' } });
    slow((kernel) => /matmul|weight-gradient/.test(kernel.name) && / shared/.test(kernel.variant) === (other === 'shared'), 50_000);
    const options = smallModel({ recurrent: { cell: 'rnn-tanh' } });
    const choice = await fasterKernel(device, options, sizes);
    expect(choice).toMatchObject({ products, timedProducts: { known: false } });
    const { registers = 0, shared = 0 } = choice.timedProducts?.milliseconds ?? {};
    expect(products === 'shared' ? registers / shared : shared / registers).toBeGreaterThan(2);
    // recurrent kernels that were asked for are not measured
    const asked = await fasterKernel(device, options, sizes, { kernel: 'step' });
    expect(asked).toEqual({ kernel: 'step', products, timedProducts: expect.anything() });

    changeKernels(device, undefined);
    const { kernel, flopPerMillisecond } = choice;
    const model = createModel(device, options, { kernel, products, flopPerMillisecond, selfTest: false });
    const trainer = createTrainer(model, sizes);
    const named = trainer.plan.describe().kernels.filter((name) => /matmul|weight-gradient/.test(name));
    expect(named.map((name) => / shared/.test(name))).toEqual(named.map(() => products === 'shared'));
    expect((await trainer.step(randomBatch(model, trainer.spec))).loss).toBeGreaterThan(0);
    trainer.destroy();
    model.destroy();
    expect(() => createModel(device, options, { products: 'shraed' as 'shared' })).toThrow(
      'products must be one of auto, registers, shared, got shraed',
    );
  });

  it('is not looked for where there is one way only', async () => {
    // more units than a sequence workgroup has threads for, even with four vectors of units each
    const wide = smallModel({ recurrent: { cell: 'rnn-tanh', hiddenSize: 16 * device.limits.maxComputeInvocationsPerWorkgroup + 4 } });
    expect(await fasterKernel(device, wide, { batch: 1, timeSteps: 1 })).toEqual({ kernel: 'auto', products: 'auto' });
  });
});
