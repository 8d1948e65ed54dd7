import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTrainer, type ModelOptions, requestDevice, type TrainOptions } from '../index.ts';
import contents from './fixtures/time-step-clips.json';

/** Clips inside of the reverse sweep against hooks on the states in PyTorch in Float64 (scripts/fixtures/make-time-norms.py). */

interface Case {
  name: string;
  model: ModelOptions;
  train: TrainOptions;
  batch: { input: number[]; target: number[]; lengths?: number[] };
  parameters: Record<string, number[]>;
  /** Of all parameters, behind these clips. */
  gradients: Record<string, number[]>;
  clips: Record<string, { norm: number; factor: number }>;
}

const { cases } = contents as unknown as { cases: Case[] };
/** Products of some time steps, each rounded to 6e-8 and more; an element may cancel to nothing, so its error is a share of the largest. */
const share = 1e-3;
const kernels = ['step', 'sequence'] as const;

let device: GPUDevice;

beforeAll(async () => {
  device = await requestDevice();
});

afterAll(() => {
  device.destroy();
});

const trained = async (
  { model: options, batch, parameters }: Pick<Case, 'model' | 'batch' | 'parameters'>,
  train: TrainOptions & { kernel?: (typeof kernels)[number] },
) => {
  const model = createModel(device, options);
  const trainer = createTrainer(model, train);
  try {
    await model.parameters.write(new Map(Object.entries(parameters).map(([name, values]) => [name, Float32Array.from(values)])));
    const { input, target, lengths } = batch;
    const metrics = await trainer.step({ input: Float32Array.from(input), target: Float32Array.from(target), lengths });
    return { metrics, gradients: await trainer.gradients.read(), plan: trainer.plan.print() };
  } finally {
    trainer.destroy();
    model.destroy();
  }
};

describe.each(kernels)('gradients of states that are clipped on their way back, %s kernels', (kernel) => {
  it.each(cases)('$name: as hooks in PyTorch', async ({ gradients, clips, ...given }) => {
    const { metrics, gradients: read } = await trained(given, { ...given.train, kernel });
    for (const [name, values] of Object.entries(gradients)) {
      const most = share * Math.max(...values.map(Math.abs));
      const found = read.get(name) ?? [];
      for (const [i, expected] of values.entries())
        expect(Math.abs(found[i] - expected), `${name}[${i}]: ${found[i]}, wants ${expected}`).toBeLessThanOrEqual(most);
    }
    expect(Object.keys(metrics.clips).sort()).toEqual(Object.keys(clips).sort());
    for (const [kind, { norm, factor }] of Object.entries(clips)) {
      const met = metrics.clips[kind as keyof typeof metrics.clips];
      expect(met?.acted).toBe(1);
      expect(Math.abs((met?.norm ?? 0) / norm - 1), `${kind} ${met?.norm}, wants ${norm}`).toBeLessThan(share);
      expect(Math.abs((met?.factor ?? 0) / factor - 1)).toBeLessThan(share);
    }
  });

  it('changes nothing and says so where the bounds are wide', async () => {
    const given = cases[0];
    const { batch, timeSteps } = given.train;
    const free = await trained(given, { batch, timeSteps, kernel });
    const wide = await trained(given, { batch, timeSteps, kernel, clip: { timeStepValue: 1e6, timeStepNorm: 1e6 } });
    expect(free.plan).not.toMatch(/clip/);
    for (const [name, values] of free.gradients) {
      const most = 1e-6 * Math.max(...values.map(Math.abs));
      for (const [i, value] of values.entries()) expect(Math.abs((wide.gradients.get(name)?.[i] ?? 0) - value)).toBeLessThanOrEqual(most);
    }
    const { timeStepValue, timeStepNorm } = wide.metrics.clips;
    // a row's norm is at least its largest value, and at most that of all its units
    expect(timeStepNorm).toMatchObject({ factor: 1, acted: 0 });
    expect(timeStepValue).toMatchObject({ factor: 1, acted: 0 });
    expect(timeStepNorm?.norm).toBeGreaterThan(timeStepValue?.norm ?? Infinity);
    expect(timeStepNorm?.norm).toBeLessThan(Math.sqrt(5) * (timeStepValue?.norm ?? 0));
  });

  it('leaves what is not finite, so that it is found', async () => {
    const given = cases[0];
    const { 'head.weight': head } = given.parameters;
    const parameters = { ...given.parameters, 'head.weight': head.map((weight, i) => (i === 0 ? Number.POSITIVE_INFINITY : weight)) };
    const { metrics } = await trained({ ...given, parameters }, { ...given.train, kernel, clip: { timeStepValue: 1, timeStepNorm: 1 } });
    expect(metrics).toMatchObject({ applied: 0, skipped: 1, clips: { timeStepValue: { norm: Number.NaN, acted: 0 } } });
  });
});

const wired: Record<string, ModelOptions> = {
  'encoder and decoder': {
    architecture: 'encoder-decoder',
    input: { kind: 'tokens', vocabulary: 5 },
    recurrent: { cell: 'lstm', hiddenSize: 4, bidirectional: true },
    output: { kind: 'softmax', classes: 5 },
  },
  'gru, reset before': {
    architecture: 'encoder-decoder',
    input: { kind: 'tokens', vocabulary: 5 },
    recurrent: { cell: 'gru', reset: 'before', hiddenSize: 4 },
    output: { kind: 'softmax', classes: 5 },
  },
};

describe.each(kernels)('networks of two parts, %s kernels', (kernel) => {
  it.each(Object.entries(wired))('%s: acts in micro-batches too, and the counts go on', async (_, options) => {
    const norms: number[] = [];
    for (const train of [{ batch: 2 }, { batch: 1, accumulate: 2 }]) {
      const model = createModel(device, options);
      const trainer = createTrainer(model, { ...train, timeSteps: 3, sourceSteps: 6, kernel, clip: { timeStepNorm: 1e-3, globalNorm: 1 } });
      const batch = { input: Int32Array.of(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4), target: Int32Array.of(1, 2, 3, 4, 0, 0) };
      const { gradientNorm, clips } = await trainer.step(batch);
      expect(clips.timeStepNorm?.norm).toBeGreaterThan(0.01);
      expect((await trainer.step(batch)).clips.timeStepNorm?.acted).toBe(2);
      expect(() => trainer.setClip({ timeStepNorm: 2 })).toThrow('clip.timeStepNorm must stay 0.001, which the kernels were given, got 2');
      norms.push(gradientNorm);
      trainer.destroy();
      model.destroy();
    }
    expect(Math.abs(norms[1] / norms[0] - 1)).toBeLessThan(1e-3);
  });
});
