import { expect, test } from 'vitest';
import { persist } from './persistence.ts';

test('the last value, again and again', () => {
  expect(persist([1, 2, 5], 3)).toEqual([5, 5, 5]);
});
