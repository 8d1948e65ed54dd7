import { expect, test } from 'vitest';
import { createRandom } from '../../data/random.ts';
import { linearRegression } from './linear-regression.ts';

const random = createRandom(1);
const points = (value: (x: number, y: number) => number) =>
  Array.from({ length: 2000 }, () => {
    const features = [random.normal(), random.normal()];
    return { features, value: value(features[0], features[1]) };
  });

test('a plane is found, a product of its features is not seen at all', () => {
  const plane = points((x, y) => 4 + 2 * x - y);
  expect(linearRegression(plane.slice(0, 1000), plane.slice(1000))).toBeLessThan(1e-12);
  const product = points((x, y) => x * y);
  expect(linearRegression(product.slice(0, 1000), product.slice(1000))).toBeGreaterThan(0.8);
});

test('noise is what remains', () => {
  const noisy = points((x) => x + 0.5 * random.normal());
  expect(linearRegression(noisy.slice(0, 1000), noisy.slice(1000))).toBeCloseTo(0.25, 1);
});

test('nothing to learn from is refused', () => {
  expect(() => linearRegression([], [])).toThrow('least squares wants at least one example, got none');
});
