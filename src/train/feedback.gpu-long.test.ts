import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseNumbers } from '../check/case-buffers.ts';
import { createModel, createTrainer, requestDevice, type TrainOptions } from '../index.ts';
import { distance, examplesOf, type FixtureExamples, type FixtureModel, withFixture } from '../testing/pytorch.ts';
import contents from './fixtures/feedback.json';

/**
 * Training on what the network says itself, against PyTorch in Float64 (scripts/fixtures/make-feedback.py): the loss of each step and every gradient of the
 * last. The coins of the fixture are those that the engine's counter hash must throw: one that fell otherwise would change what is read and all that follows.
 */

interface Case extends FixtureModel {
  name: string;
  batch: number;
  timeSteps: number;
  sourceSteps?: number;
  options: Partial<TrainOptions>;
  steps: (FixtureExamples & { loss: number; gradients?: Record<string, number[]> })[];
}

const { cases } = contents as unknown as { cases: Case[] };

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

async function check(example: Case, kernel: 'step' | 'sequence'): Promise<void> {
  const { batch, timeSteps, sourceSteps, options, steps } = example;
  await withFixture(device, example, kernel, async (model) => {
    const trainer = createTrainer(model, { batch, timeSteps, sourceSteps, ...options, kernel });
    for (const [index, step] of steps.entries()) {
      const { loss } = await trainer.step(examplesOf(model, step));
      expect(Math.abs(loss - step.loss), `loss of step ${index + 1}`).toBeLessThan((index === 0 ? 1e-4 : 1e-3) * step.loss);
      if (!step.gradients) continue;
      const found = await trainer.gradients.read();
      for (const [name, expected] of Object.entries(step.gradients))
        expect(distance(found.get(name) ?? [], expected), name).toBeLessThan(1e-3);
    }
    trainer.destroy();
  });
}

it.each(cases)('$name', (example) => check(example, 'sequence'));

describe('step kernels', () => {
  it.each(cases.slice(1, 2))('$name', (example) => check(example, 'step'));
});

/** A share too small for any coin: the closed loop must then do what the open one does. */
const never = { kind: 'scheduled', most: 1e-9, schedule: 'constant' } as const;

it.each(['one-to-one', 'encoder-decoder'] as const)(
  'without a coin that falls, step by step is as all at once, dropout included: %s',
  async (architecture) => {
    const [batch, timeSteps, accumulate] = [3, 5, 2];
    const numbers = caseNumbers(5);
    const ids = (): Int32Array<ArrayBuffer> => Int32Array.from(numbers.below(timeSteps * batch * accumulate, 6));
    const examples = { input: ids(), target: ids(), lengths: [5, 2, 1, 4, 5, 3] };
    const model = createModel(device, {
      architecture,
      input: { kind: 'tokens', vocabulary: 6, embedding: 3 },
      recurrent: { cell: 'lstm', hiddenSize: [6, 5], dropout: 0.4 },
      output: { kind: 'softmax', classes: 6 },
    });
    const results = [];
    for (const feedback of [{ kind: 'teacher' } as const, never]) {
      const trainer = createTrainer(model, { batch, timeSteps, accumulate, feedback, optimizer: { kind: 'sgd', learningRate: 0 } });
      const { loss } = await trainer.step(examples);
      results.push({ loss, gradients: await trainer.gradients.read() });
      trainer.destroy();
    }
    const [open, closed] = results;
    expect(closed.loss).toBeCloseTo(open.loss, 5);
    for (const [name, gradient] of open.gradients)
      expect(distance(closed.gradients.get(name) ?? [], Array.from(gradient)), name).toBeLessThan(1e-4);
    model.destroy();
  },
);

it.each([
  { cell: 'lstm', zoneout: 0.4, zoneoutCell: 0.3, recurrentDropout: 0.2 },
  { cell: 'lstm', zoneout: 0.4, layerNorm: true, initialState: 'learned' },
  { cell: 'gru', reset: 'before', layerNorm: true },
] as const)('with nothing fed back but the input itself, running freely is reading it again and again: %j', async (recurrent) => {
  const [batch, timeSteps, size] = [3, 5, 2];
  const numbers = caseNumbers(9);
  const first = numbers.signed(batch * size);
  const input = Float32Array.from({ length: timeSteps * batch * size }, (_, place) => first[place % (batch * size)]);
  const examples = { input, target: Float32Array.from(numbers.signed(timeSteps * batch * size)) };
  const model = createModel(device, {
    architecture: 'one-to-one',
    input: { kind: 'vectors', size },
    recurrent: { ...recurrent, hiddenSize: [6, 5] },
    output: { kind: 'linear', classes: size },
  });
  const results = [];
  const same = [0, 1].map((output) => ({ output, gain: 0, keep: 1, offset: 0 }));
  for (const feedback of [{ kind: 'teacher' }, ...[1, 2].map((given) => ({ kind: 'free' as const, given, inputs: same }))] as const) {
    const trainer = createTrainer(model, { batch, timeSteps, feedback, optimizer: { kind: 'sgd', learningRate: 0 } });
    const { loss } = await trainer.step(examples);
    results.push({ loss, gradients: await trainer.gradients.read() });
    trainer.destroy();
  }
  const [open, ...closed] = results;
  for (const { loss, gradients } of closed) {
    expect(loss).toBeCloseTo(open.loss, 5);
    for (const [name, gradient] of open.gradients)
      expect(distance(gradients.get(name) ?? [], Array.from(gradient)), name).toBeLessThan(1e-4);
  }
  model.destroy();
});

it('is one submit in one pass, whose dispatches the plan counts', async () => {
  const [example] = cases;
  const { batch, timeSteps, options } = example;
  await withFixture(device, example, 'sequence', async (model) => {
    const trainer = createTrainer(model, { batch, timeSteps, ...options, kernel: 'sequence' });
    const { dispatches, copies, kernels } = trainer.plan.describe();
    expect(copies).toBe(0);
    expect(kernels).toContain('feed-token draw constant');
    await trainer.step(examplesOf(model, example.steps[0]));
    expect(trainer.dispatches).toBe(dispatches);
    trainer.destroy();
  });
});
