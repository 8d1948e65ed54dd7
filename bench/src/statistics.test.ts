import { expect, test } from 'vitest';
import { quantile } from './statistics.ts';

test('the median of an even number of values is the mean of the middle two', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
});

test('quartiles interpolate', () => {
  expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
  expect(quantile([1, 2], 0.75)).toBe(1.75);
});

test('nothing has no median', () => {
  expect(quantile([], 0.5)).toBeNaN();
});
