import { expect, test } from 'vitest';
import { parseSize } from './size.ts';
import { highest, sharesOf, stepBytes, stepFlop } from './work.ts';

const vectors = { ...parseSize('V-2x3x4'), classes: 5 };
const tokens = { ...parseSize('2x3x4'), classes: 5 };

test('a step multiplies forward and twice in reverse, without the gradient of the input', () => {
  // per position: U h, dU, U' dz; head three times; W x and dW of vectors
  const recurrent = 3 * 16 * 4;
  const head = 3 * 4 * 5;
  const input = 2 * 16 * 4;
  expect(stepFlop(vectors, 'lstm')).toBe(2 * 6 * (recurrent + head + input));
  expect(stepFlop(tokens, 'lstm')).toBe(2 * 6 * (recurrent + head));
  expect(stepFlop(tokens, 'rnn-tanh')).toBe(2 * 6 * (recurrent / 4 + head));
});

test('the largest default size multiplies 87 GFLOP', () => {
  expect(stepFlop(parseSize('V-64x128x512'), 'lstm') / 1e9).toBeCloseTo(87.5, 1);
});

test('a step moves each stored number twice and each parameter eleven times', () => {
  const parameters = 16 * 4 + 16 * 4 + 16 + 16 + 4 * 5 + 5;
  // gates and their gradients, h, c, the gradient of h, logits
  const stored = 16 + 16 + 4 + 4 + 4 + 5;
  expect(stepBytes(vectors, 'lstm')).toBe(4 * (6 * (2 * 4 + 2 * stored) + 11 * parameters));
});

test('a share is what was done over what could have been', () => {
  const roofs = { flopPerSecond: stepFlop(vectors, 'lstm') * 1000, bytesPerSecond: stepBytes(vectors, 'lstm') * 100 };
  const { flopShare, bandwidthShare } = sharesOf(vectors, 'lstm', 20, roofs);
  expect(flopShare).toBeCloseTo(0.05);
  expect(bandwidthShare).toBeCloseTo(0.5);
});

test('each roof is the highest that anyone measured', () => {
  const measured = { WGSL: { flopPerSecond: 10, bytesPerSecond: 3 }, PyTorch: { flopPerSecond: 9, bytesPerSecond: 4 } };
  expect(highest(measured)).toEqual({ flopPerSecond: 10, flopBy: 'WGSL', bytesPerSecond: 4, bytesBy: 'PyTorch' });
});
