import { expect, test } from 'vitest';
import { linearShares, logShares, normsOf } from './strengths.ts';

test('norms are those of lines', () => {
  expect(normsOf([3, 4, 0, 0, -6, 8], 3)).toEqual([5, 0, 10]);
});

test('states by their size, gradients by their power of ten', () => {
  expect(linearShares([1, 2, 4, Number.NaN])).toEqual([0.25, 0.5, 1, 0]);
  expect(linearShares([0, 0])).toEqual([0, 0]);
  const [low, middle, high, none, bad] = logShares([1e-12, 1e-3, 1, 0, Number.NaN]);
  expect([low, high, none, bad]).toEqual([0, 1, 0, 0]);
  expect(middle).toBeCloseTo(0.5, 12);
  // beyond what a float holds
  expect(logShares([1e-300, 1e-303])[1]).toBeCloseTo(0.5, 12);
});
