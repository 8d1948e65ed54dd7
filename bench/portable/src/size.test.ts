import { expect, test } from 'vitest';
import { modelSpec, parameterTable } from '../../../src/index.ts';
import { modelOf, parseCell, parseSize } from './size.ts';

test('a size of tokens reads 64 symbols, one of vectors as many numbers as the state has', () => {
  expect(parseSize('16x32x128')).toMatchObject({ input: 'tokens', batch: 16, timeSteps: 32, inputSize: 64, hiddenSize: 128 });
  expect(parseSize('V-64x128x512')).toMatchObject({ name: 'V-64x128x512', input: 'vectors', batch: 64, inputSize: 512, hiddenSize: 512 });
});

test.each(['', '16x32', '0x1x1', 'B-1x2x3', '1x2x3x4'])('%j is no size', (name) => {
  expect(() => parseSize(name)).toThrow(/--sizes must be/);
});

test('only cells that PyTorch has too', () => {
  expect(parseCell('gru')).toBe('gru');
  expect(() => parseCell('rnn-relu')).toThrow(/--cells must be of lstm, gru, rnn-tanh/);
});

test('parameters have the shapes of nn.GRU and nn.Linear', () => {
  const table = parameterTable(modelSpec(modelOf(parseSize('V-2x3x8'), 'gru')));
  expect(table.map(({ name, shape }) => [name, ...shape])).toEqual([
    ['rnn.weight_ih_l0', 24, 8],
    ['rnn.weight_hh_l0', 24, 8],
    ['rnn.bias_ih_l0', 24],
    ['rnn.bias_hh_l0', 24],
    ['head.weight', 64, 8],
    ['head.bias', 64],
  ]);
});
