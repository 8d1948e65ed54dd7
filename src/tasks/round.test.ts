import { expect, test } from 'vitest';
import { roundTo } from './round.ts';

test('as many decimals as asked, what is written is what is read', () => {
  expect(roundTo(0.123456, 4)).toBe(0.1235);
  expect(roundTo(-2.7456, 2)).toBe(-2.75);
  expect(roundTo(99.996, 2)).toBe(100);
  expect(Object.is(roundTo(-0.00001, 4), 0)).toBe(true);
  for (let index = 0; index < 1000; index++) {
    const value = roundTo(Math.sin(index), 4);
    expect(Number(value.toFixed(4))).toBe(value);
  }
});
