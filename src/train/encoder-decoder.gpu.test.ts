import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slopeErrors } from '../check/gradient-check.ts';
import { createModel, createTrainer, type ModelOptions, requestDevice } from '../index.ts';

/**
 * Networks that write, whole: the gradient of every parameter against the slope of the loss, over every way to make the decoder's first states, with
 * and without attention, rows that end early on both sides, through both forms of the recurrent kernels.
 */
const sourceSteps = 4;
const timeSteps = 3;
const batch = 3;
const classes = 6;
const sources = Int32Array.from([1, 2, 3, 4, 0, 1, 2, 5, 3, 0, 4, 1]);
/** Rows of 3, 1 and 2 ids. */
const target = Int32Array.from([2, 0, 4, 5, -1, 0, 0, -1, -1]);
const lengths = [4, 1, 3];

const pair = (recurrent: ModelOptions['recurrent'], rest: Partial<ModelOptions> = {}): ModelOptions => ({
  architecture: 'encoder-decoder',
  input: { kind: 'tokens', vocabulary: 6, embedding: 3 },
  recurrent: { ...recurrent, initialization: { embeddingDeviation: 1.5 } },
  output: { kind: 'softmax', classes },
  seed: 3,
  ...rest,
});

const models: Readonly<Record<string, ModelOptions>> = {
  'lstm, states handed over': pair({ cell: 'lstm', hiddenSize: 5 }),
  'gru, two layers, one-hot': pair({ cell: 'gru', hiddenSize: [4, 6] }, { input: { kind: 'tokens', vocabulary: 6 } }),
  'gru reset before, states handed over': pair({ cell: 'gru', reset: 'before', hiddenSize: 5 }),
  'rnn-tanh read from both ends': pair({ cell: 'rnn-tanh', hiddenSize: 5, bidirectional: true }),
  'lstm read from both ends, two layers': pair({ cell: 'lstm', hiddenSize: [4, 5], bidirectional: true }),
  'lstm, additive attention': pair({ cell: 'lstm', hiddenSize: 5 }, { attention: { kind: 'additive', size: 3 } }),
  'gru, multiplicative attention': pair({ cell: 'gru', hiddenSize: 5 }, { attention: { kind: 'multiplicative' } }),
  'lstm read from both ends, additive attention': pair(
    { cell: 'lstm', hiddenSize: [5, 3], bidirectional: true },
    { attention: { kind: 'additive' } },
  ),
  'gru read from both ends and summed, multiplicative attention': pair(
    { cell: 'gru', hiddenSize: 5, bidirectional: true, merge: 'sum' },
    { attention: { kind: 'multiplicative' } },
  ),
};

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

async function worstSlope(options: ModelOptions, kernel: 'step' | 'sequence', accumulate = 1) {
  const model = createModel(device, options, { kernel });
  const spoken = Math.max(1, batch / accumulate);
  const sizes = { batch: spoken, timeSteps, accumulate, ...(options.architecture === 'encoder-decoder' && { sourceSteps }) };
  // larger than at the start of a training: attention that hardly tells steps apart has gradients below the last digit of the loss
  const start = await model.parameters.read();
  await model.parameters.write(
    new Map([...start].map(([name, values]) => [name, name.includes('attention') ? values.map((value) => 3 * value) : values])),
  );
  const trainer = createTrainer(model, { ...sizes, optimizer: { kind: 'sgd', learningRate: 0 }, kernel });
  const vectors = Float32Array.from({ length: batch * 4 }, (_, index) => Math.sin(index));
  const examples = options.architecture === 'one-to-many' ? { input: vectors, target } : { input: sources, lengths, target };
  const errors = await slopeErrors(model, trainer, examples);
  trainer.destroy();
  model.destroy();
  return errors.filter(({ error }) => !(error <= 6e-3));
}

describe.each(['step', 'sequence'] as const)('%s kernels', (kernel) => {
  it.each(Object.keys(models))('the gradient of every parameter is the slope of the loss: %s', async (name) => {
    expect(await worstSlope(models[name], kernel)).toEqual([]);
  });

  it.each(['lstm', 'gru'] as const)('one vector to many tokens: %s', async (cell) => {
    const options: ModelOptions = {
      architecture: 'one-to-many',
      input: { kind: 'vectors', size: 4 },
      recurrent: { cell, hiddenSize: [5, 4] },
      output: { kind: 'softmax', classes },
      decoder: { embedding: 3 },
    };
    expect(await worstSlope(options, kernel)).toEqual([]);
  });
});

it('micro-batches add up to the larger batch', async () => {
  expect(await worstSlope(models['lstm, additive attention'], 'sequence', 3)).toEqual([]);
  expect(await worstSlope(models['lstm read from both ends, two layers'], 'sequence', 3)).toEqual([]);
});
