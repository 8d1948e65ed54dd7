import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTrainer, requestDevice, type TrainOptions } from '../index.ts';
import { distance, examplesOf, type FixtureExamples, type FixtureModel, withFixture } from '../testing/pytorch.ts';
import contents from './fixtures/writers.json';

/** Networks that write against PyTorch in Float64 (scripts/fixtures/make-writers.py): outputs, loss and every gradient of one batch, and 20 losses in a row. */

interface Case extends FixtureModel {
  name: string;
  batch: number;
  timeSteps: number;
  sourceSteps?: number;
  /** Targets are -1 past the end of a row. */
  examples?: FixtureExamples;
  output?: number[];
  loss?: number;
  gradients?: Record<string, number[]>;
  options?: Partial<TrainOptions>;
  steps?: FixtureExamples[];
  losses?: number[];
}

const { cases } = contents as unknown as { cases: Case[] };
const kernels = ['step', 'sequence'] as const;

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

const once = cases.filter(({ gradients }) => gradients !== undefined);
const curves = cases.filter(({ losses }) => losses !== undefined);
/** The other cases bring no kernel that encoder-decoder.gpu-long.test.ts does not hold against slopes in this form. */
const ofSteps = once.filter(({ name }) => /lstm of 2 layers(,| from both ends,).*attention/.test(name));

describe.each(kernels)('%s kernels', (kernel) => {
  it.each(kernel === 'step' ? ofSteps : once)('$name: outputs, loss and every gradient', async (example) => {
    const { batch, timeSteps, sourceSteps, examples, output = [], loss = 0, gradients = {} } = example;
    if (!examples) throw new Error('a case must have examples');
    await withFixture(device, example, kernel, async (model) => {
      const given = examplesOf(model, examples);
      const { output: told } = await model.forward({ ...given, target: Int32Array.from(examples.target), batch });
      // past the end of a row nobody asks for an output
      const counts = (_: number, place: number): boolean => examples.target[Math.floor(place / model.spec.output.classes)] >= 0;
      expect(distance(told.filter(counts), output.filter(counts))).toBeLessThan(1e-5);
      const trainer = createTrainer(model, { batch, timeSteps, sourceSteps, optimizer: { kind: 'sgd', learningRate: 0 }, kernel });
      expect(Math.abs((await trainer.step(given)).loss - loss)).toBeLessThan(1e-4 * loss);
      const found = await trainer.gradients.read();
      for (const [name, expected] of Object.entries(gradients)) expect(distance(found.get(name) ?? [], expected), name).toBeLessThan(1e-3);
      trainer.destroy();
    });
  });
});

it.each(curves)('$name', async (example) => {
  const { batch, timeSteps, sourceSteps, options, steps = [], losses = [] } = example;
  await withFixture(device, example, 'sequence', async (model) => {
    const trainer = createTrainer(model, { batch, timeSteps, sourceSteps, ...options, kernel: 'sequence' });
    const found: number[] = [];
    for (const step of steps) found.push((await trainer.step(examplesOf(model, step))).loss);
    expect(found.length).toBe(20);
    found.forEach((loss, step) => {
      expect(Math.abs(loss - losses[step]), `step ${step + 1}`).toBeLessThan(1e-3 * losses[step]);
    });
    trainer.destroy();
  });
});
