import { describe, expect, test } from 'vitest';
import type { Initializer } from '../spec/initializer.ts';
import { modelSpec } from '../spec/model.ts';
import { type Parameter, parameterTable } from '../spec/parameters.ts';
import { initialize } from './initialize.ts';

const parameter = (shape: readonly number[], blocks: number, initializer: Initializer): Parameter => ({
  name: 'weight',
  shape,
  blocks,
  initializer,
  elements: shape.reduce((product, size) => product * size, 1),
  offset: 0,
});

const valuesOf = (shape: readonly number[], blocks: number, initializer: Initializer, seed = 1): Float32Array => {
  const values = initialize([parameter(shape, blocks, initializer)], seed).get('weight');
  if (!values) throw new Error('the parameter is missing');
  return values;
};

const largest = (values: Float32Array): number => Math.max(...values.map(Math.abs));

/** The product of a matrix [rows, columns] with its own transpose on the side that has fewer vectors, minus the identity. */
function distanceFromOrthonormal(values: Float32Array, rows: number, columns: number): number {
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const at = (i: number, j: number): number => (rows > columns ? values[j * columns + i] : values[i * columns + j]);
  let distance = 0;
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) {
      let sum = a === b ? -1 : 0;
      for (let j = 0; j < length; j++) sum += at(a, j) * at(b, j);
      distance = Math.max(distance, Math.abs(sum));
    }
  }
  return distance;
}

describe('kinds', () => {
  test('zeros', () => {
    expect(valuesOf([3, 2], 1, { kind: 'zeros' })).toEqual(new Float32Array(6));
  });

  test('uniform fills the range and does not leave it', () => {
    const values = valuesOf([100, 50], 1, { kind: 'uniform', bound: 0.25 });
    expect(largest(values)).toBeLessThanOrEqual(0.25);
    expect(largest(values)).toBeGreaterThan(0.249);
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThan(0.01);
  });

  test('normal has the deviation that was asked for', () => {
    const values = valuesOf([100, 50], 1, { kind: 'normal', standardDeviation: 0.1 });
    expect(Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length)).toBeCloseTo(0.1, 2);
  });

  test('xavier takes its fans from one gate block', () => {
    const bound = 2 * Math.sqrt(6 / (30 + 20));
    const values = valuesOf([4 * 20, 30], 4, { kind: 'xavier', gain: 2 });
    expect(largest(values)).toBeLessThanOrEqual(Math.fround(bound));
    expect(largest(values)).toBeGreaterThan(0.99 * bound);
  });

  test.each([
    [17, 17],
    [32, 12],
    [12, 32],
    [1, 5],
    [5, 1],
    [1, 1],
  ])('orthogonal blocks of [%i, %i]', (rows, columns) => {
    const values = valuesOf([3 * rows, columns], 3, { kind: 'orthogonal', gain: 1 });
    for (let block = 0; block < 3; block++) {
      const part = values.subarray(block * rows * columns, (block + 1) * rows * columns);
      expect(distanceFromOrthonormal(part, rows, columns)).toBeLessThan(1e-6);
    }
  });

  test('an orthogonal gain scales, and blocks differ', () => {
    const one = valuesOf([16, 8], 2, { kind: 'orthogonal', gain: 1 });
    const half = valuesOf([16, 8], 2, { kind: 'orthogonal', gain: 0.5 });
    expect(half).toEqual(one.map((value) => value / 2));
    expect(one.slice(0, 64)).not.toEqual(one.slice(64));
  });

  test('a large orthogonal matrix stays orthonormal', () => {
    expect(distanceFromOrthonormal(valuesOf([150, 150], 1, { kind: 'orthogonal', gain: 1 }), 150, 150)).toBeLessThan(1e-6);
  });

  test('identity in every block', () => {
    expect([...valuesOf([4, 2], 2, { kind: 'identity', gain: 3 })]).toEqual([3, 0, 0, 3, 3, 0, 0, 3]);
  });

  test('the forget bias goes into block 1 of i, f, g, o', () => {
    expect([...valuesOf([8], 4, { kind: 'lstm-bias', forgetBias: 1, bound: 0 })]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    const noisy = valuesOf([8], 4, { kind: 'lstm-bias', forgetBias: 5, bound: 0.5 });
    expect([...noisy].map((value) => Math.abs(value) > 4)).toEqual([false, false, true, true, false, false, false, false]);
    expect(noisy[0]).not.toBe(0);
  });
});

describe('a whole model', () => {
  const table = (layers: number, bias: 'both' | 'input' = 'both') =>
    parameterTable(
      modelSpec({
        input: { kind: 'tokens', vocabulary: 11 },
        recurrent: { cell: 'lstm', hiddenSize: 8, layers, bias },
        output: { kind: 'softmax', classes: 11 },
      }),
    );

  test('every parameter is there, as long as its shape says', () => {
    const values = initialize(table(2), 1);
    expect([...values].map(([name, { length }]) => [name, length])).toEqual(table(2).map(({ name, elements }) => [name, elements]));
    for (const [, numbers] of values) expect(numbers.every(Number.isFinite)).toBe(true);
  });

  test('the same seed gives the same values, another seed others', () => {
    expect(initialize(table(1), 7)).toEqual(initialize(table(1), 7));
    expect(initialize(table(1), 7).get('head.weight')).not.toEqual(initialize(table(1), 8).get('head.weight'));
  });

  test('layers and biases more or less leave the other parameters as they were', () => {
    const [small, large] = [initialize(table(1, 'input'), 3), initialize(table(3), 3)];
    for (const [name, values] of small) expect(large.get(name)).toEqual(values);
    expect(large.get('rnn.weight_hh_l1')).not.toEqual(large.get('rnn.weight_hh_l0'));
  });
});
