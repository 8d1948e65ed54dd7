/** The self-test of models: finds kernels right, finds a planted fault, goes on without the faulty kernel, and remembers what was right. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  createTrainer,
  type EngineOptions,
  type Replacement,
  requestDevice,
  SelfTestError,
  type TrainOptions,
} from '../index.ts';
import { randomBatch } from '../testing/gpu.ts';
import { cells, type SmallOptions, smallModel } from '../testing/models.ts';
import { plantFaultOn } from './fault.ts';
import { selfTest } from './self-test.ts';

/** A device for each test: what is wrong on it is remembered. */
const devices: GPUDevice[] = [];
const openDevice = async (fault?: string): Promise<GPUDevice> => {
  const device = await requestDevice();
  devices.push(device);
  plantFaultOn(device, fault);
  return device;
};

beforeAll(async () => {
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase('retrograde');
    request.onsuccess = resolve;
    request.onerror = resolve;
  });
});

afterAll(() => {
  for (const device of devices) device.destroy();
});

const training: TrainOptions = { batch: 3, timeSteps: 4, optimizer: { kind: 'sgd', learningRate: 0.1 } };

/** Losses of some steps, with what the self-test found. */
async function train(device: GPUDevice, engine: EngineOptions, recurrent: SmallOptions['recurrent'] = cells.gru) {
  const model = createModel(device, smallModel({ recurrent }), engine);
  const trainer = createTrainer(model, training);
  try {
    const batch = randomBatch(model, trainer.spec);
    const losses: number[] = [];
    for (let step = 0; step < 3; step++) losses.push((await trainer.step(batch)).loss);
    return { losses, kernels: trainer.plan.describe().kernels.join(), result: model.selfTest };
  } finally {
    trainer.destroy();
    model.destroy();
  }
}

describe('the self-test of a model', () => {
  it('finds every kernel of its plan right, and on the next device knows that they are', async () => {
    const first = await train(await openDevice(), { selfTest: 'auto' });
    expect(first.result.replaced).toEqual([]);
    expect(first.result.verdicts.map(({ kernel, variant }) => `${kernel} ${variant}`).sort()).toEqual(first.kernels.split(',').sort());
    for (const { ok, known, largestError, tolerance } of first.result.verdicts) {
      expect({ ok, known }).toEqual({ ok: true, known: false });
      expect(largestError).toBeLessThanOrEqual(tolerance);
    }
    const second = await train(await openDevice(), { selfTest: 'auto' });
    expect(second.result.verdicts.every(({ known }) => known)).toBe(true);
    expect(second.losses).toEqual(first.losses);
  });

  it('does nothing where it is off', async () => {
    expect((await train(await openDevice('sequence-backward'), { selfTest: false })).result).toEqual({ verdicts: [], replaced: [] });
  });

  it.each(['sequence-forward', 'sequence-backward'])('goes on without a faulty %s, as one who never had it', async (fault) => {
    const told: Replacement[] = [];
    const spoiled = await openDevice(fault);
    const wrong = await train(spoiled, { selfTest: false });
    const { losses, kernels, result } = await train(spoiled, { selfTest: 'auto', onReplaced: (replacement) => told.push(replacement) });
    const right = await train(await openDevice(), { selfTest: false, kernel: 'step' });
    expect(kernels).not.toContain(fault);
    expect(losses).toEqual(right.losses);
    expect(losses).not.toEqual(wrong.losses);
    expect(result.replaced).toEqual(told);
    expect(told[0]).toMatchObject({ kernel: fault, ok: false });
    expect(told[0].sentence).toContain(`${fault.replace('sequence', 'step')} (`);
  });

  it('tests two directions in one dispatch as they are, and where that is wrong has them apart', async () => {
    const both = { ...cells.lstm, bidirectional: true };
    const right = await train(await openDevice(), { selfTest: 'auto' }, both);
    expect(right.result.verdicts.map(({ kernel }) => kernel)).toEqual(expect.arrayContaining(['beside', 'matmul']));
    expect(right.result.verdicts.map(({ kernel }) => kernel)).not.toContain('sequence-forward');
    const told: Replacement[] = [];
    const spoiled = await openDevice('beside');
    const { losses } = await train(spoiled, { selfTest: 'auto', onReplaced: (replacement) => told.push(replacement) }, both);
    expect(losses).toEqual(right.losses);
    expect(told.map(({ kernel }) => kernel)).toEqual(expect.arrayContaining(['beside']));
    expect(told[0].sentence).toContain('sequence-forward (');
  });

  it('tests layers beside each other by parts and by two layers of its own, and where that is wrong has them apart', async () => {
    const layers = { ...cells['rnn-tanh'], layers: 2 };
    const right = await train(await openDevice(), { selfTest: 'auto', kernel: 'wavefront' }, layers);
    expect(right.result.verdicts.map(({ kernel }) => kernel)).toEqual(expect.arrayContaining(['beside', 'step-forward', 'matmul']));
    const told: Replacement[] = [];
    const engine = { selfTest: 'auto', kernel: 'wavefront', onReplaced: (replacement: Replacement) => told.push(replacement) } as const;
    const { losses } = await train(await openDevice('beside'), engine, layers);
    expect(losses).toEqual(right.losses);
    expect(new Set(told.map(({ kernel }) => kernel))).toEqual(new Set(['beside']));
  });

  it('refuses where there is no other kernel, with what it found', async () => {
    const failed = train(await openDevice('update'), { selfTest: 'auto' });
    await expect(failed).rejects.toBeInstanceOf(SelfTestError);
    await expect(failed).rejects.toThrow(
      /^kernel update \(sgd\) must be right on .*, got an error of .* and there is no other for its work/,
    );
  });

  it('tests the plan of a trainer that is not yet used', async () => {
    const device = await openDevice();
    const model = createModel(device, smallModel({ recurrent: cells.lstm }));
    const trainer = createTrainer(model, training);
    const verdicts = await selfTest(device, trainer.plan, { full: true });
    expect(verdicts.filter(({ ok }) => !ok)).toEqual([]);
    expect(verdicts.length).toBeGreaterThan(8);
  });
});
