import { expect, test } from 'vitest';
import { heatOf, heatPixels } from './heat-map.ts';

test('the scale ends at whole powers of ten, twelve of them at most', () => {
  expect(
    heatOf([
      [0.002, 0.5],
      [Number.NaN, 0],
    ]),
  ).toMatchObject({ low: -3, high: 0 });
  expect(heatOf([[1, 1]])).toMatchObject({ low: -1, high: 0 });
  expect(heatOf([[1e-200, 1e3]])).toMatchObject({ low: -9, high: 3 });
  expect(heatOf([[Number.NaN, 0]])).toMatchObject({ low: -1, high: 0 });
});

test('training goes to the right, time upwards', () => {
  const white = [255, 255, 255] as const;
  const pixels = heatPixels(
    heatOf([
      [0.1, 1],
      [Number.POSITIVE_INFINITY, 0],
    ]),
    white,
    [0, 0, 0],
    [255, 0, 0],
  );
  const at = (column: number, row: number) => [...pixels.subarray((row * 2 + column) * 4, (row * 2 + column) * 4 + 3)];
  expect(at(0, 0)).toEqual([0, 0, 0]);
  expect(at(0, 1)).toEqual([...white]);
  expect(at(1, 1)).toEqual([255, 0, 0]);
  expect(at(1, 0)).toEqual([...white]);
});
