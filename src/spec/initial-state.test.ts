import { expect, test } from 'vitest';
import { type ModelOptions, modelSpec } from './model.ts';
import { parameterTable } from './parameters.ts';

const options = (recurrent: Partial<ModelOptions['recurrent']>, rest: Partial<ModelOptions> = {}): ModelOptions => ({
  input: { kind: 'tokens', vocabulary: 5 },
  output: { kind: 'softmax', classes: 5 },
  ...rest,
  recurrent: { cell: 'lstm', hiddenSize: 3, ...recurrent },
});

const startsOf = (given: ModelOptions): string[] =>
  parameterTable(modelSpec(given))
    .filter(({ name }) => /[hc]_0_/.test(name))
    .map(({ name, shape, initializer }) => `${name} [${shape}] ${initializer.kind}`);

test('a state of each layer and direction is learned from zero on, for the LSTM two', () => {
  expect(startsOf(options({ initialState: 'learned', layers: 2 }))).toEqual([
    'rnn.h_0_l0 [3] zeros',
    'rnn.c_0_l0 [3] zeros',
    'rnn.h_0_l1 [3] zeros',
    'rnn.c_0_l1 [3] zeros',
  ]);
  expect(startsOf(options({ cell: 'gru', initialState: 'learned', bidirectional: true }))).toEqual([
    'rnn.h_0_l0 [3] zeros',
    'rnn.h_0_l0_reverse [3] zeros',
  ]);
});

test('zeros are no parameters, and are not in the spec', () => {
  expect(startsOf(options({ initialState: 'zero' }))).toEqual([]);
  expect(modelSpec(options({ initialState: 'zero' }))).toEqual(modelSpec(options({})));
  const learned = modelSpec(options({ initialState: 'learned' }));
  expect(modelSpec(learned)).toEqual(learned);
});

test('of two networks the one that reads has it; one that only writes cannot', () => {
  const pair = options({ cell: 'gru', initialState: 'learned' }, { architecture: 'encoder-decoder' });
  expect(startsOf(pair)).toEqual(['encoder.rnn.h_0_l0 [3] zeros']);
  const single = options({ initialState: 'learned' }, { architecture: 'one-to-many', input: { kind: 'vectors', size: 4 } });
  expect(() => modelSpec(single)).toThrow("initialState 'learned' must not be asked of architecture 'one-to-many'");
  expect(() => modelSpec(options({ initialState: 'random' as 'zero' }))).toThrow(
    "initialState must be one of 'zero', 'learned', got 'random'",
  );
});
