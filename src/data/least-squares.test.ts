import { expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { createLeastSquares, dot, solveCholesky } from './least-squares.ts';
import { createRandom } from './random.ts';

test('three points by hand: y = 1, 2, 2 at x = 0, 1, 2 is the line 7/6 + x/2', () => {
  const line = createLeastSquares(2);
  for (const [x, y] of [
    [0, 1],
    [1, 2],
    [2, 2],
  ]) {
    line.add([1, x], y);
  }
  const [intercept, slope] = line.solve(0);
  expect(intercept).toBeCloseTo(7 / 6, 12);
  expect(slope).toBeCloseTo(1 / 2, 12);
});

test('finds the weights that made the targets, the features of different sizes', () => {
  const random = createRandom(1);
  const truth = [3, -0.02, 0, 500];
  const fit = createLeastSquares(4);
  for (let example = 0; example < 50; example++) {
    const features = [1, 100 * random.normal(), random.uniform(), 0.01 * random.normal()];
    fit.add(features, dot(truth, features));
  }
  for (const [index, weight] of fit.solve().entries()) expect(weight).toBeCloseTo(truth[index], 5);
});

test('the residual is at right angles to every feature', () => {
  const random = createRandom(2);
  const examples = Array.from({ length: 40 }, () => ({
    features: Array.from({ length: 6 }, () => random.normal()),
    target: random.normal(),
  }));
  const fit = createLeastSquares(6);
  for (const { features, target } of examples) fit.add(features, target);
  const weights = fit.solve(0);
  for (let feature = 0; feature < 6; feature++) {
    const sum = examples.reduce((total, { features, target }) => total + features[feature] * (target - dot(weights, features)), 0);
    expect(Math.abs(sum)).toBeLessThan(1e-12);
  }
});

test('a ridge shrinks by what it says: one feature, ridge r gives the weight / (1 + r)', () => {
  const fit = createLeastSquares(1);
  for (const x of [1, 2, 3]) fit.add([x], 5 * x);
  expect(fit.solve(0)[0]).toBeCloseTo(5, 12);
  expect(fit.solve(0.25)[0]).toBeCloseTo(4, 12);
});

test('a feature that is always zero gets no weight; two that are the same are refused without a ridge and share with one', () => {
  const fit = createLeastSquares(3);
  for (const x of [1, 2, 4]) fit.add([x, 0, x], 3 * x);
  expect(() => fit.solve(0)).toThrow(InputError);
  const [first, none, second] = fit.solve(1e-6);
  expect(none).toBe(0);
  expect(first).toBeCloseTo(1.5, 3);
  expect(second).toBeCloseTo(1.5, 3);
});

test('what cannot be solved is refused', () => {
  expect(() => createLeastSquares(0)).toThrow('features must be a positive integer, got 0');
  expect(() => createLeastSquares(2).solve()).toThrow('least squares wants at least one example, got none');
  expect(() => createLeastSquares(2).add([1], 1)).toThrow('an example must have 2 features, got 1');
  expect(() => solveCholesky(Float64Array.of(1, 0, 2, 1), Float64Array.of(1, 1))).toThrow(InputError);
});
