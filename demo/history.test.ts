import { expect, test } from 'vitest';
import { columnsOf, createCurve } from './history.ts';

test('a curve shows the whole run in bounded memory', () => {
  const curve = createCurve({ capacity: 8 });
  for (let step = 1; step <= 1000; step++) curve.add(step, step);
  expect(curve.points.length).toBeLessThanOrEqual(8);
  expect(curve.points[0].value).toBeLessThan(200);
  expect(curve.points[curve.points.length - 1].step).toBeGreaterThan(800);
  for (const { step, value } of curve.points) expect(Math.abs(step - value)).toBeLessThan(130);
});

test('the recent mean is over the last values only', () => {
  const curve = createCurve({ over: 2 });
  expect(curve.recent()).toBeUndefined();
  for (const value of [100, 1, 3]) curve.add(value, value);
  expect(curve.recent()).toBe(2);
  curve.clear();
  expect(curve.points).toEqual([]);
  expect(curve.recent()).toBeUndefined();
});

test('curves of different steps share their columns', () => {
  const training = [
    { step: 1, value: 4 },
    { step: 3, value: 3 },
  ];
  expect(columnsOf([training, [{ step: 2, value: 5 }]])).toEqual([
    [1, 2, 3],
    [4, null, 3],
    [null, 5, null],
  ]);
});
