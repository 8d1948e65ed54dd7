/** Training does what it is for: every cell learns a small text by heart, through either kernel, and writes it down again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createCharacterVocabulary,
  createModel,
  createTokenStream,
  createTrainer,
  createValidationStream,
  generate,
  requestDevice,
} from '../index.ts';
import { watchErrors } from '../testing/gpu.ts';
import { type CellName, cellNames, cells } from '../testing/models.ts';

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

/** Every character needs the one before the last to be told from others. */
const period = 'abcabdacd ';
const text = period.repeat(40);
const vocabulary = createCharacterVocabulary(text);
const sizes = { batch: 2, timeSteps: 10 };

/** The sequence kernels of every cell, and the step kernels of those that have most to them. */
const learners: { cell: CellName; kernel: 'sequence' | 'step' }[] = [
  ...cellNames.map((cell) => ({ cell, kernel: 'sequence' as const })),
  { cell: 'gru-before', kernel: 'step' },
  { cell: 'lstm', kernel: 'step' },
];

describe('a text learned by heart', () => {
  it.each(learners)('is written again: $cell, $kernel kernels', async ({ cell, kernel }) => {
    const model = createModel(device, {
      input: { kind: 'tokens', vocabulary: vocabulary.size },
      recurrent: { ...cells[cell], hiddenSize: 12 },
      output: { kind: 'softmax', classes: vocabulary.size },
    });
    const trainer = createTrainer(model, {
      ...sizes,
      stateful: true,
      optimizer: { kind: 'adam', learningRate: 0.02 },
      clip: { globalNorm: 1 },
      kernel,
    });
    const losses: number[] = [];
    for await (const { loss, skipped } of trainer.run(createTokenStream(vocabulary.encode(text), sizes), { steps: 200 })) {
      expect(skipped).toBe(0);
      losses.push(loss);
    }
    expect(losses[0]).toBeGreaterThan(1);
    expect(losses[losses.length - 1]).toBeLessThan(0.1);
    const { loss } = await trainer.evaluate(createValidationStream(vocabulary.encode(text), { batch: 1, timeSteps: 50 }));
    expect(loss).toBeLessThan(0.15);
    const written = await generate(model, { prompt: period, length: 60, temperature: 0, vocabulary });
    expect(written).toBe(period.repeat(7));
    trainer.destroy();
    model.destroy();
  });
});
