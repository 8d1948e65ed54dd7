import { expect, test } from 'vitest';
import { createRandom } from '../../data/random.ts';
import { fitAutoregression, fitDirectRegression } from './autoregression.ts';

const random = createRandom(1);

/** x_t = 2 + 1.2 x_{t-1} - 0.6 x_{t-2} + noise, 100 values, from a random place. */
function series(noise: number): number[] {
  const values = [10 * random.normal(), 10 * random.normal()];
  while (values.length < 100) values.push(2 + 1.2 * (values.at(-1) ?? 0) - 0.6 * (values.at(-2) ?? 0) + noise * random.normal());
  return values;
}

test('finds the recursion and carries it on', () => {
  const forecast = fitAutoregression(
    Array.from({ length: 20 }, () => series(0)),
    2,
  );
  const first = 2 + 1.2 * 5 - 0.6 * 3;
  const second = 2 + 1.2 * first - 0.6 * 5;
  const [one, two] = forecast([100, 3, 5], 2);
  expect(one).toBeCloseTo(first, 4);
  expect(two).toBeCloseTo(second, 4);
});

test('a sine of any phase is foretold by order 2 and its constant', () => {
  const sine = (phase: number) => Array.from({ length: 60 }, (_, t) => 7 + Math.sin(t / 3 + phase));
  const forecast = fitAutoregression([sine(0), sine(1), sine(2)], 2);
  const unseen = sine(0.4);
  for (const [step, value] of forecast(unseen.slice(0, 40), 10).entries()) expect(value).toBeCloseTo(unseen[40 + step], 3);
});

test('direct regression is as good where the world is linear', () => {
  const train = Array.from({ length: 4000 }, () => series(1));
  const heldOut = Array.from({ length: 500 }, () => series(1));
  const error = (forecast: (context: readonly number[], horizon: number) => number[]) =>
    heldOut.reduce((sum, values) => sum + Math.abs(forecast(values.slice(0, 95), 5)[4] - values[99]), 0) / heldOut.length;
  const iterated = error(fitAutoregression(train.slice(0, 200), 10));
  expect(Math.abs(error(fitDirectRegression(train, 10, 5)) / iterated - 1)).toBeLessThan(0.03);
});

test('too little to look back to is refused', () => {
  expect(() => fitAutoregression([[1, 2]], 2)).toThrow('least squares wants at least one example, got none');
  expect(() => fitAutoregression([series(1)], 3)([1, 2], 1)).toThrow('the context must have at least 3 values, got 2');
  expect(() => fitDirectRegression([[1, 2, 3]], 2, 2)).toThrow('a series must have at least 4 values, got 3');
  expect(() => fitDirectRegression([series(1)], 2, 2)([1, 2], 3)).toThrow('the horizon must be at most 2, got 3');
});
