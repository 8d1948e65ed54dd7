import { expect, test } from 'vitest';
import { toTimeMajor } from './time-major.ts';

test('ids change places, batch by time to time by batch', () => {
  expect([...toTimeMajor(Int32Array.of(1, 2, 3, 4, 5, 6), 2, 3, 1)]).toEqual([1, 4, 2, 5, 3, 6]);
});

test('vectors stay whole', () => {
  expect([...toTimeMajor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2, 2, 2)]).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
});
