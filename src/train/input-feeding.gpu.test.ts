/** Input feeding in short: one training step against PyTorch, and writing as it would if it were told its own words. All of it: input-feeding.gpu-long.test.ts. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTrainer, requestDevice } from '../index.ts';
import { distance, examplesOf, type FixtureExamples, type FixtureModel, withFixture } from '../testing/pytorch.ts';
import contents from './fixtures/writers.json';

interface Case extends FixtureModel {
  name: string;
  batch: number;
  timeSteps: number;
  sourceSteps: number;
  examples: FixtureExamples;
  gradients: Record<string, number[]>;
}

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

it('learns as PyTorch does, and writes as if it were told its own words', async () => {
  const [example] = (contents as unknown as { cases: Case[] }).cases.filter(({ name }) => name.startsWith('fed: gru of 2 layers, multi'));
  const { batch, timeSteps, sourceSteps, examples, gradients } = example;
  await withFixture(device, example, 'step', async (model) => {
    const given = examplesOf(model, examples);
    const trainer = createTrainer(model, { batch, timeSteps, sourceSteps, optimizer: { kind: 'sgd', learningRate: 0 }, kernel: 'step' });
    await trainer.step(given);
    const found = await trainer.gradients.read();
    for (const [name, expected] of Object.entries(gradients)) expect(distance(found.get(name) ?? [], expected), name).toBeLessThan(1e-3);
    trainer.destroy();

    const { input, lengths } = given;
    const { ids } = await model.decode({ input, lengths, length: 4 });
    const { output } = await model.forward({ input, lengths, target: ids });
    const { classes } = model.spec.output;
    ids.forEach((id, place) => {
      if (id < 0) return;
      const row = output.subarray(place * classes, (place + 1) * classes);
      expect(row.indexOf(Math.max(...row))).toBe(id);
    });
  });
});
