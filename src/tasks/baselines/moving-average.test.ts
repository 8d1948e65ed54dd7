import { expect, test } from 'vitest';
import { createRandom } from '../../data/random.ts';
import { fitMedianFilter, fitMovingAverage, movingAverage, runningMedian } from './moving-average.ts';

test('by hand, at the ends over what there is', () => {
  expect(movingAverage([3, 6, 0, 9], 3)).toEqual([4.5, 3, 5, 4.5]);
  expect(runningMedian([3, 6, 0, 9], 3)).toEqual([4.5, 3, 6, 4.5]);
  expect(movingAverage([3, 6, 0], 1)).toEqual([3, 6, 0]);
  expect(runningMedian([1, 100, 2, 3, 4], 5)).toEqual([2, 2.5, 3, 3.5, 3]);
});

test('nothing to take away wants width 1; a constant in noise the widest; the slower the signal, the wider', () => {
  const random = createRandom(1);
  const pairs = (period: number, noise: number) =>
    Array.from({ length: 30 }, () => {
      const target = Array.from({ length: 100 }, (_, t) => Math.sin((2 * Math.PI * t) / period));
      return { target, input: target.map((value) => value + noise * random.normal()) };
    });
  expect(fitMovingAverage(pairs(20, 0)).width).toBe(1);
  expect(fitMovingAverage(pairs(1e9, 1)).width).toBe(31);
  const slow = fitMovingAverage(pairs(60, 0.5)).width;
  const fast = fitMovingAverage(pairs(12, 0.5)).width;
  expect(fast).toBeLessThan(slow);
  expect(fast).toBeGreaterThan(1);
});

test('against impulses the median is the better filter, against normal noise the mean', () => {
  const random = createRandom(2);
  const pairs = (noise: () => number) =>
    Array.from({ length: 30 }, () => {
      const target = Array.from({ length: 100 }, (_, t) => Math.sin(t / 12));
      return { target, input: target.map((value) => value + noise()) };
    });
  const error = (filter: { apply(input: readonly number[]): number[] }, data: ReturnType<typeof pairs>) =>
    data.reduce((sum, { input, target }) => sum + filter.apply(input).reduce((part, value, t) => part + (value - target[t]) ** 2, 0), 0);
  const impulses = pairs(() => (random.uniform() < 0.1 ? 3 * random.normal() : 0));
  const normal = pairs(() => 0.5 * random.normal());
  expect(error(fitMedianFilter(impulses), impulses)).toBeLessThan(0.5 * error(fitMovingAverage(impulses), impulses));
  expect(error(fitMovingAverage(normal), normal)).toBeLessThan(error(fitMedianFilter(normal), normal));
});
