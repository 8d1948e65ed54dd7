import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cell, type ModelOptions, modelSpec } from './model.ts';
import { parameterCount, parameterTable } from './parameters.ts';

const table = (options: Partial<ModelOptions> & { recurrent: ModelOptions['recurrent'] }) =>
  parameterTable(modelSpec({ input: { kind: 'tokens', vocabulary: 65 }, output: { kind: 'softmax', classes: 65 }, ...options }));
const shapes = (...options: Parameters<typeof table>) => table(...options).map(({ name, shape }) => `${name} [${shape.join(', ')}]`);

test('names and shapes are those of a PyTorch state dict', () => {
  expect(shapes({ input: { kind: 'tokens', vocabulary: 65, embedding: 16 }, recurrent: { cell: 'lstm', hiddenSize: [32, 8] } })).toEqual([
    'embedding.weight [65, 16]',
    'rnn.weight_ih_l0 [128, 16]',
    'rnn.weight_hh_l0 [128, 32]',
    'rnn.bias_ih_l0 [128]',
    'rnn.bias_hh_l0 [128]',
    'rnn.weight_ih_l1 [32, 32]',
    'rnn.weight_hh_l1 [32, 8]',
    'rnn.bias_ih_l1 [32]',
    'rnn.bias_hh_l1 [32]',
    'head.weight [65, 8]',
    'head.bias [65]',
  ]);
});

test('one-hot tokens and vectors need no embedding, biases come as asked', () => {
  expect(shapes({ recurrent: { cell: 'gru', hiddenSize: 4, bias: 'input' } })).toEqual([
    'rnn.weight_ih_l0 [12, 65]',
    'rnn.weight_hh_l0 [12, 4]',
    'rnn.bias_ih_l0 [12]',
    'head.weight [65, 4]',
    'head.bias [65]',
  ]);
  expect(
    shapes({
      input: { kind: 'vectors', size: 3 },
      recurrent: { cell: 'rnn-tanh', hiddenSize: 4, bias: 'none' },
      output: { kind: 'linear', classes: 1 },
    }),
  ).toEqual(['rnn.weight_ih_l0 [4, 3]', 'rnn.weight_hh_l0 [4, 4]', 'head.weight [1, 4]', 'head.bias [1]']);
});

test('a decoder that is fed reads the features of a token and the attentional vector', () => {
  const pair = (inputFeeding: boolean) =>
    shapes({
      architecture: 'encoder-decoder',
      input: { kind: 'tokens', vocabulary: 65, embedding: 16 },
      recurrent: { cell: 'gru', hiddenSize: [32, 8], bidirectional: true },
      attention: { kind: 'additive', inputFeeding },
    });
  const changed = pair(true).filter((name, place) => name !== pair(false)[place]);
  expect(changed).toEqual(['decoder.rnn.weight_ih_l0 [96, 24]']);
});

describe('initializers', () => {
  const kinds = (...options: Parameters<typeof table>) => table(...options).map(({ initializer }) => initializer);

  test('the default', () => {
    expect(kinds({ input: { kind: 'tokens', vocabulary: 65, embedding: 16 }, recurrent: { cell: 'lstm', hiddenSize: 4 } })).toEqual([
      { kind: 'normal', standardDeviation: 0.1 },
      { kind: 'xavier', gain: 1 },
      { kind: 'orthogonal', gain: 1 },
      { kind: 'lstm-bias', forgetBias: 1, bound: 0 },
      { kind: 'zeros' },
      { kind: 'xavier', gain: 1 },
      { kind: 'zeros' },
    ]);
  });

  test('pytorch', () => {
    const uniform = { kind: 'uniform', bound: 0.5 };
    expect(kinds({ recurrent: { cell: 'lstm', hiddenSize: 4, initialization: 'pytorch' } })).toEqual(
      Array.from({ length: 6 }, () => uniform),
    );
  });

  test('the gain acts on the recurrent weights alone', () => {
    const [input, recurrent] = kinds({
      recurrent: { cell: 'rnn-relu', hiddenSize: 4, initialization: { recurrent: 'identity', gain: 0.5 } },
    });
    expect(input).toEqual({ kind: 'xavier', gain: 1 });
    expect(recurrent).toEqual({ kind: 'identity', gain: 0.5 });
    const uniform = kinds({ recurrent: { cell: 'gru', hiddenSize: 4, initialization: { recurrent: 'uniform', gain: 3 } } })[1];
    expect(uniform).toEqual({ kind: 'uniform', bound: 1.5 });
    const normal = kinds({ recurrent: { cell: 'gru', hiddenSize: 4, initialization: { input: 'normal', recurrent: 'normal', gain: 3 } } });
    expect(normal.slice(0, 2)).toEqual([
      { kind: 'normal', standardDeviation: 1 / Math.sqrt(65) },
      { kind: 'normal', standardDeviation: 1.5 },
    ]);
  });

  test('a spectral radius wraps what fills the recurrent weights', () => {
    const initialization = { recurrent: 'normal', spectralRadius: 1.1 } as const;
    expect(kinds({ recurrent: { cell: 'gru', hiddenSize: 4, initialization } })[1]).toEqual({
      kind: 'spectral-radius',
      radius: 1.1,
      matrix: { kind: 'normal', standardDeviation: 0.5 },
    });
  });

  test('chrono stands in bias_ih; bias_hh is zero in the gates that it sets', () => {
    const biases = (preset: 'default' | 'pytorch', cell: Cell) =>
      kinds({ recurrent: { cell, hiddenSize: 4, initialization: { preset, chrono: 30 } } }).slice(2, 4);
    const chrono = { kind: 'chrono', longest: 30, hasInputGate: true, bound: 0 };
    expect(biases('default', 'lstm')).toEqual([chrono, { kind: 'zeros' }]);
    expect(biases('pytorch', 'gru')).toEqual([
      { ...chrono, hasInputGate: false, bound: 0.5 },
      { ...chrono, hasInputGate: false, bound: 0.5, longest: 2 },
    ]);
  });

  test('a forget bias over uniform biases keeps both', () => {
    const [, , bias, other] = kinds({ recurrent: { cell: 'lstm', hiddenSize: 4, initialization: { preset: 'pytorch', forgetBias: 2 } } });
    expect(bias).toEqual({ kind: 'lstm-bias', forgetBias: 2, bound: 0.5 });
    expect(other).toEqual({ kind: 'uniform', bound: 0.5 });
  });
});

test('parameters lie one after another, without gaps, blocks divide them evenly', () => {
  const gates: Record<Cell, number> = { 'rnn-tanh': 1, 'rnn-relu': 1, gru: 3, lstm: 4 };
  const cell = fc.constantFrom<Cell>('rnn-tanh', 'rnn-relu', 'gru', 'lstm');
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(cell, sizes, (chosen, hiddenSize) => {
      const parameters = table({ recurrent: { cell: chosen, hiddenSize } });
      let offset = 0;
      for (const parameter of parameters) {
        expect(parameter.offset).toBe(offset);
        expect(parameter.elements).toBe(parameter.shape.reduce((product, size) => product * size, 1));
        expect(parameter.blocks).toBe(parameter.name.startsWith('rnn.') ? gates[chosen] : 1);
        expect(parameter.shape[0] % parameter.blocks).toBe(0);
        offset += parameter.elements;
      }
      expect(parameterCount(parameters)).toBe(offset);
      expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length);
    }),
  );
});

test('layer normalisation has a gain for each product and, of the LSTM, gain and bias for c', () => {
  const names = (cell: Cell) =>
    table({ recurrent: { cell, hiddenSize: 4, layerNorm: true, bidirectional: true } })
      .filter(({ name }) => name.includes('layer_norm'))
      .map(({ name, shape, initializer }) => [name, ...shape, initializer.kind]);
  expect(names('lstm').slice(0, 5)).toEqual([
    ['rnn.layer_norm_ih_l0.weight', 16, 'ones'],
    ['rnn.layer_norm_hh_l0.weight', 16, 'ones'],
    ['rnn.layer_norm_c_l0.weight', 4, 'ones'],
    ['rnn.layer_norm_c_l0.bias', 4, 'zeros'],
    ['rnn.layer_norm_ih_l0_reverse.weight', 16, 'ones'],
  ]);
  expect(names('gru').map(([name, rows]) => [name, rows])).toEqual([
    ['rnn.layer_norm_ih_l0.weight', 12],
    ['rnn.layer_norm_hh_l0.weight', 12],
    ['rnn.layer_norm_ih_l0_reverse.weight', 12],
    ['rnn.layer_norm_hh_l0_reverse.weight', 12],
  ]);
});

test('the table is frozen', () => {
  const parameters = table({ recurrent: { cell: 'lstm', hiddenSize: 4 } });
  expect([parameters, parameters[0], parameters[0].shape, parameters[0].initializer].every(Object.isFrozen)).toBe(true);
});
