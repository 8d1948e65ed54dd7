import { expect, test } from 'vitest';
import { InputError } from './input-error.ts';
import { type ModelOptions, modelSpec } from './model.ts';
import { parameterTable } from './parameters.ts';

const text: ModelOptions = {
  input: { kind: 'tokens', vocabulary: 65, embedding: 8 },
  recurrent: { cell: 'lstm', hiddenSize: [16, 8] },
  output: { kind: 'softmax', classes: 65 },
  tiedEmbeddings: true,
};
const pair: ModelOptions = { ...text, architecture: 'encoder-decoder', output: { kind: 'softmax', classes: 12 } };
const vector: ModelOptions = { ...pair, architecture: 'one-to-many', input: { kind: 'vectors', size: 3 }, decoder: { embedding: 8 } };
const names = (options: ModelOptions) => parameterTable(modelSpec(options)).map(({ name, shape }) => `${name} [${shape.join(', ')}]`);

test('one parameter, under the name of the embedding, that starts as an output layer does', () => {
  expect(names(text).filter((name) => /embedding|head/.test(name))).toEqual(['embedding.weight [65, 8]', 'head.bias [65]']);
  expect(names(pair).filter((name) => /embedding|head/.test(name))).toEqual([
    'encoder.embedding.weight [65, 8]',
    'decoder.embedding.weight [12, 8]',
    'decoder.head.bias [12]',
  ]);
  expect(names(vector).filter((name) => /embedding|head/.test(name))).toEqual(['embedding.weight [12, 8]', 'head.bias [12]']);
  const tied = (options: ModelOptions) => parameterTable(modelSpec(options)).filter(({ isTied }) => isTied);
  expect(tied(text).map(({ initializer }) => initializer)).toEqual([{ kind: 'xavier', gain: 1 }]);
  expect(tied(pair).map(({ name }) => name)).toEqual(['decoder.embedding.weight']);
  const pytorch = { ...text, recurrent: { ...text.recurrent, initialization: 'pytorch' } } as const;
  expect(tied(pytorch).map(({ initializer }) => initializer)).toEqual([{ kind: 'uniform', bound: 1 / Math.sqrt(8) }]);
});

test('a spec says it only where it is so', () => {
  expect(modelSpec(modelSpec(text))).toEqual(modelSpec(text));
  expect(modelSpec(text).tiedEmbeddings).toBe(true);
  expect('tiedEmbeddings' in modelSpec({ ...text, tiedEmbeddings: false })).toBe(false);
});

test.each<[object, string]>([
  [{ ...text, tiedEmbeddings: 'yes' }, "tiedEmbeddings must be true or false, got 'yes'"],
  [{ ...text, input: { kind: 'vectors', size: 8 } }, 'tiedEmbeddings must come with an input of tokens, got vectors'],
  [{ ...text, output: { kind: 'softmax', classes: 3 } }, 'tiedEmbeddings must have as many classes as the vocabulary of 65, got 3'],
  [
    { ...text, input: { kind: 'tokens', vocabulary: 65, embedding: 16 } },
    'input.embedding must be the 8 features that the output layer reads for tiedEmbeddings, got 16',
  ],
  [
    { ...text, input: { kind: 'tokens', vocabulary: 65 } },
    'the 8 features that the output layer reads for tiedEmbeddings, got 0 (one-hot)',
  ],
  [
    { ...pair, decoder: { embedding: 5 } },
    'decoder.embedding must be the 8 features that the output layer reads for tiedEmbeddings, got 5',
  ],
  [{ ...vector, decoder: {} }, 'decoder.embedding must be the 8 features that the output layer reads for tiedEmbeddings, got 0 (one-hot)'],
  [
    {
      ...text,
      input: { kind: 'tokens', vocabulary: 65, embedding: 10 },
      recurrent: { cell: 'gru', hiddenSize: 5, bidirectional: true },
    },
    'hiddenSize must be a multiple of 4 for tiedEmbeddings over two directions side by side, got 5',
  ],
])('%#', (options, message) => {
  expect(() => modelSpec(options as ModelOptions)).toThrow(InputError);
  expect(() => modelSpec(options as ModelOptions)).toThrow(message);
});
