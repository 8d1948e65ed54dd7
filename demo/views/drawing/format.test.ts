import { expect, test } from 'vitest';
import { figure, layerName, milliseconds, percent } from './format.ts';

test('figures keep what counts', () => {
  expect([0, 0.12345, -3.14259, 12345, 1.5e-9, Number.NaN, Number.POSITIVE_INFINITY].map(figure)).toEqual([
    '0',
    '0.123',
    '-3.14',
    '1.2e4',
    '1.5e-9',
    'not a number',
    'Infinity',
  ]);
});

test('shares say when they are nearly nothing or nearly all', () => {
  expect([0, 0.001, 0.124, 0.999, 1].map(percent)).toEqual(['0 %', '< 1 %', '12 %', '> 99 %', '100 %']);
});

test('times and layers', () => {
  expect([0.0123, 0.5, 25].map(milliseconds)).toEqual(['0.012 ms', '0.50 ms', '25.0 ms']);
  expect(['l0', 'encoder.l1_reverse', 'decoder.l0', 'x'].map(layerName)).toEqual([
    'layer 1',
    'encoder layer 2, backwards',
    'decoder layer 1',
    'x',
  ]);
});
