import { expect, test } from 'vitest';
import { decibelsGained, meanAbsoluteError, meanSquaredError } from './scores.ts';

test('means over all numbers, not over examples', () => {
  const targets = [[1, 2, 3], [10]];
  const predictions = [[1, 2, 6], [8]];
  expect(meanSquaredError(predictions, targets)).toBe((9 + 4) / 4);
  expect(meanAbsoluteError(predictions, targets)).toBe((3 + 2) / 4);
});

test('decibels: a tenth of the squared error is 10, all of it 0, twice of it -3', () => {
  const input = [[1, 1], [1]];
  const target = [[0, 0], [0]];
  const scaled = (factor: number) => input.map((values) => values.map((value) => factor * value));
  expect(decibelsGained(input, scaled(Math.sqrt(0.1)), target)).toBeCloseTo(10, 12);
  expect(decibelsGained(input, input, target)).toBe(0);
  expect(decibelsGained(input, scaled(Math.SQRT2), target)).toBeCloseTo(-3.01, 2);
});

test('numbers that do not pair up are refused', () => {
  expect(() => meanSquaredError([[1]], [[1], [2]])).toThrow('predictions must be as many as the 2 targets, got 1');
  expect(() => meanAbsoluteError([[1], [2]], [[1], [2, 3]])).toThrow('prediction 1 must have 2 numbers, got 1');
});
