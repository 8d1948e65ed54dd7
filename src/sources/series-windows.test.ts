import { expect, test } from 'vitest';
import type { Series } from '../data/examples.ts';
import { windowsOfSeries } from './series-windows.ts';

const series = (...values: number[]): Series => ({ kind: 'series', values });
const rising = (length: number, from = 0): Series => series(...Array.from({ length }, (_, index) => from + index));
const options = { context: 3, horizon: 2, validation: 0.2, name: 'a.csv' };

test('one series: windows at every place, what is foretold in the examination lies behind all that is learned', () => {
  const { train, heldOut } = windowsOfSeries([rising(20)], options);
  expect(train[0].values).toEqual([0, 1, 2, 3, 4]);
  expect(train[train.length - 1].values).toEqual([11, 12, 13, 14, 15]);
  expect(train).toHaveLength(12);
  expect(heldOut.map(({ values }) => values.slice(-2))).toEqual([
    [16, 17],
    [17, 18],
    [18, 19],
  ]);
});

test('several of one window each, as a task writes them, are held out by a hash', () => {
  const all = Array.from({ length: 200 }, (_, index) => rising(5, index));
  const { train, heldOut } = windowsOfSeries(all, options);
  expect(train.length + heldOut.length).toBe(200);
  expect(heldOut.length).toBeGreaterThan(20);
  expect(heldOut.length).toBeLessThan(60);
  expect(windowsOfSeries([...all].reverse(), options).heldOut).toHaveLength(heldOut.length);
});

test('several long ones are cut each, and a short one is named', () => {
  const { train, heldOut } = windowsOfSeries([rising(20), rising(30, 100)], options);
  expect([train.length, heldOut.length]).toEqual([12 + 20, 3 + 5]);
  expect(() => windowsOfSeries([rising(20), rising(4)], options)).toThrow('series 2 of a.csv must have at least');
});

test('nothing held out: every window is learned', () => {
  const { train, heldOut } = windowsOfSeries([rising(20)], { ...options, validation: 0 });
  expect([train.length, heldOut.length]).toEqual([16, 0]);
});
