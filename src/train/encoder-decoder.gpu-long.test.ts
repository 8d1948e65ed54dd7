import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slopeErrors } from '../check/gradient-check.ts';
import { createModel, createTrainer, type ModelOptions, requestDevice } from '../index.ts';
import { valuesPerStep } from '../spec/model.ts';

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

/** Input feeding. */
const fed: Readonly<Record<string, ModelOptions>> = {
  'lstm, additive attention': pair({ cell: 'lstm', hiddenSize: 5 }, { attention: { kind: 'additive', size: 3, inputFeeding: true } }),
  'gru reset before of two layers, multiplicative attention': pair(
    { cell: 'gru', reset: 'before', hiddenSize: [6, 5] },
    { attention: { kind: 'multiplicative', inputFeeding: true } },
  ),
  'lstm of two layers read from both ends, additive attention, tied': pair(
    { cell: 'lstm', hiddenSize: [5, 3], bidirectional: true },
    { attention: { kind: 'additive', inputFeeding: true }, tiedEmbeddings: true },
  ),
};

const fromImage = (cell: 'lstm' | 'gru', input: ModelOptions['input']): ModelOptions => ({
  architecture: 'one-to-many',
  input,
  recurrent: { cell, hiddenSize: [5, 4] },
  output: { kind: 'softmax', classes },
  decoder: { embedding: 3 },
});

const images: Readonly<Record<string, ModelOptions>> = {
  'lstm, 5x6 pixels of 3 channels': fromImage('lstm', { kind: 'image', width: 5, height: 6, channels: 3, filters: [3, 5] }),
  'gru, 8x8 pixels of 1 channel, three layers': fromImage('gru', { kind: 'image', width: 8, height: 8, channels: 1, filters: [4, 2, 6] }),
};

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

/** Parameters at which the loss has a slope that shows, and no kink nearby. */
function steady(parameter: string, values: Float32Array): Float32Array {
  // attention that hardly tells steps apart has gradients below the last digit of the loss
  if (parameter.includes('attention')) return values.map((value) => 3 * value);
  // differences across the kink of a rectifier are no slopes: its filters are either on or off
  if (/conv.*weight/.test(parameter)) return values.map((value) => 0.2 * value);
  return parameter.startsWith('conv') ? values.map((_, filter) => (filter % 3 === 1 ? -0.3 : 0.3)) : values;
}

async function worstSlope(options: ModelOptions, kernel: 'step' | 'sequence', accumulate = 1) {
  const model = createModel(device, options, { kernel });
  const spoken = Math.max(1, batch / accumulate);
  const sizes = { batch: spoken, timeSteps, accumulate, ...(options.architecture === 'encoder-decoder' && { sourceSteps }) };
  const start = await model.parameters.read();
  await model.parameters.write(new Map([...start].map(([parameter, values]) => [parameter, steady(parameter, values)])));
  const trainer = createTrainer(model, { ...sizes, optimizer: { kind: 'sgd', learningRate: 0 }, kernel });
  const scale = model.spec.input.kind === 'image' ? 0.3 : 1;
  const vectors = Float32Array.from({ length: batch * valuesPerStep(model.spec.input) }, (_, index) => scale * Math.sin(index));
  const examples = options.architecture === 'one-to-many' ? { input: vectors, target } : { input: sources, lengths, target };
  const errors = await slopeErrors(model, trainer, examples);
  trainer.destroy();
  model.destroy();
  return errors.filter(({ error }) => !(error <= 6e-3));
}

/** What the step kernels are tried on: their gradients of initial states and of last cells, rows that end early, both directions. */
const ofSteps = ['lstm, states handed over', 'gru reset before, states handed over', 'lstm read from both ends, two layers'];

describe.each(['step', 'sequence'] as const)('%s kernels', (kernel) => {
  it.each(kernel === 'step' ? ofSteps : Object.keys(models))(
    'the gradient of every parameter is the slope of the loss: %s',
    async (name) => {
      expect(await worstSlope(models[name], kernel)).toEqual([]);
    },
  );

  it.each(kernel === 'step' ? Object.keys(fed).slice(-1) : Object.keys(fed))('input feeding: %s', async (name) => {
    expect(await worstSlope(fed[name], kernel)).toEqual([]);
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

  it.each(Object.keys(images))('one image to many tokens: %s', async (name) => {
    expect(await worstSlope(images[name], kernel)).toEqual([]);
  });
});

it('micro-batches add up to the larger batch', async () => {
  expect(await worstSlope(models['lstm, additive attention'], 'sequence', 3)).toEqual([]);
  expect(await worstSlope(models['lstm read from both ends, two layers'], 'sequence', 3)).toEqual([]);
  expect(await worstSlope(images['lstm, 5x6 pixels of 3 channels'], 'sequence', 3)).toEqual([]);
  expect(await worstSlope(fed['lstm, additive attention'], 'sequence', 3)).toEqual([]);
});

describe('a network that writes', () => {
  it('writes as it would if it were told its own words', async () => {
    const fedOptions = fed['gru reset before of two layers, multiplicative attention'];
    for (const options of [models['lstm read from both ends, additive attention'], models['gru, two layers, one-hot'], fedOptions]) {
      const model = createModel(device, options);
      const { ids } = await model.decode({ input: sources, lengths, length: 5 });
      const { output } = await model.forward({ input: sources, lengths, target: ids });
      ids.forEach((id, place) => {
        if (id < 0) return;
        const row = output.subarray(place * classes, (place + 1) * classes);
        expect(row.indexOf(Math.max(...row))).toBe(id);
      });
      const again = await model.decode({ input: sources, lengths, length: 5, temperature: 1, seed: 3 });
      expect((await model.decode({ input: sources, lengths, length: 5, temperature: 1, seed: 3 })).ids).toEqual(again.ids);
      model.destroy();
    }
  });

  it('says in one sentence what does not fit', async () => {
    const model = createModel(device, models['lstm, states handed over']);
    await expect(model.forward({ input: sources, batch: 3 })).rejects.toThrow('forward must have a target to tell a network that writes');
    await expect(model.decode({ input: sources, lengths: [7, 1], length: 3 })).rejects.toThrow(
      'whole numbers from 1 to 6, got 7 for row 0',
    );
    expect(() => model.stream({ batch: 1 })).toThrow(
      "a stream must have a model that reads step by step, got architecture 'encoder-decoder'",
    );
    const trainer = createTrainer(model, { batch, timeSteps, sourceSteps });
    await expect(trainer.step({ input: sources, lengths, target: Int32Array.from([1, 1, 1, -1, 1, 1, 1, 1, 1]) })).rejects.toThrow(
      'target of row 0 must hold ids and then -1 alone, got 1 at time step 2 behind a -1',
    );
    trainer.destroy();
    model.destroy();
    const plain = createModel(device, {
      input: { kind: 'tokens', vocabulary: 3 },
      recurrent: { cell: 'gru', hiddenSize: 4 },
      output: { kind: 'softmax', classes: 3 },
    });
    await expect(plain.decode({ input: Int32Array.from([1]), length: 3 })).rejects.toThrow("got 'many-to-many'");
    plain.destroy();
  });
});
