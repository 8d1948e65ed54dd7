import { expect, test } from 'vitest';
import { meanPredictor } from './mean.ts';

test('the mean of what was seen, whatever is asked', () => {
  expect(meanPredictor([1, 2, 6], [3, 5])).toBe(2);
});
