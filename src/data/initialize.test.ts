import { describe, expect, test } from 'vitest';
import type { Initializer } from '../spec/initializer.ts';
import { modelSpec } from '../spec/model.ts';
import { type Parameter, parameterTable } from '../spec/parameters.ts';
import { initialize } from './initialize.ts';
import { spectralRadius } from './spectral-radius.ts';

const parameter = (shape: readonly number[], blocks: number, initializer: Initializer): Parameter => ({
  name: 'weight',
  shape,
  blocks,
  columnBlocks: 1,
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

  test('ones', () => {
    expect(valuesOf([3, 2], 1, { kind: 'ones' })).toEqual(new Float32Array(6).fill(1));
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

describe('a spectral radius that was set', () => {
  test.each([
    { kind: 'normal', standardDeviation: 1 / 6 },
    { kind: 'uniform', bound: 1 / 6 },
    { kind: 'xavier', gain: 1 },
    { kind: 'orthogonal', gain: 1 },
    { kind: 'identity', gain: 1 },
  ] as const)('holds in every block, and the blocks are those of $kind', (matrix) => {
    const size = 36;
    const plain = valuesOf([3 * size, size], 3, matrix);
    const scaled = valuesOf([3 * size, size], 3, { kind: 'spectral-radius', radius: 1.25, matrix });
    for (let block = 0; block < 3; block++) {
      const at = [block * size * size, (block + 1) * size * size] as const;
      const part = scaled.subarray(...at);
      expect(Math.abs(spectralRadius(part, size) / 1.25 - 1)).toBeLessThan(1e-4);
      const ratio = part[0] / plain[at[0]];
      for (const [i, value] of part.entries()) expect(value).toBeCloseTo(ratio * plain[at[0] + i], 5);
    }
  });

  test('leaves zeros as they are', () => {
    const matrix = { kind: 'identity', gain: 0 } as const;
    expect(valuesOf([4, 4], 1, { kind: 'spectral-radius', radius: 1, matrix })).toEqual(new Float32Array(16));
  });
});

describe('chrono', () => {
  const units = 2000;
  const longest = 200;
  const blockOf = (values: Float32Array, block: number): number[] => [...values.subarray(block * units, (block + 1) * units)];

  test('LSTM: e^b_f is uniform in [1, Tmax - 1] and b_i = -b_f', () => {
    const values = valuesOf([4 * units], 4, { kind: 'chrono', longest, hasInputGate: true, bound: 0 });
    const spans = blockOf(values, 1).map(Math.exp);
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(1);
    expect(Math.min(...spans)).toBeLessThan(2);
    expect(Math.max(...spans)).toBeLessThanOrEqual(199.001);
    expect(Math.max(...spans)).toBeGreaterThan(198);
    // five deviations of the mean, 198 / sqrt(12 · 2000) each
    expect(Math.abs(spans.reduce((sum, span) => sum + span, 0) / units - 100)).toBeLessThan(6.4);
    expect(spans.filter((span) => span < 50.5).length / units).toBeCloseTo(0.25, 1);
    expect(blockOf(values, 0)).toEqual(blockOf(values, 1).map((value) => 0 - value));
    expect(new Set([...blockOf(values, 2), ...blockOf(values, 3)])).toEqual(new Set([0]));
  });

  test('GRU: the update gate alone', () => {
    const values = valuesOf([3 * units], 3, { kind: 'chrono', longest, hasInputGate: false, bound: 0 });
    expect(Math.max(...blockOf(values, 1).map(Math.exp))).toBeGreaterThan(198);
    expect(new Set([...blockOf(values, 0), ...blockOf(values, 2)])).toEqual(new Set([0]));
  });

  test('over uniform biases keeps those of the other gates, and 2 is zero', () => {
    const values = valuesOf([4 * units], 4, { kind: 'chrono', longest: 2, hasInputGate: true, bound: 0.5 });
    expect([0, 1].map((block) => new Set(blockOf(values, block)))).toEqual([new Set([0]), new Set([0])]);
    expect([2, 3].every((block) => blockOf(values, block).some((value) => Math.abs(value) > 0.49))).toBe(true);
  });

  test.each(['lstm', 'gru'] as const)('a whole %s: the sum of both biases is chrono, whatever the preset', (cell) => {
    for (const preset of ['default', 'pytorch'] as const) {
      const parameters = parameterTable(
        modelSpec({
          input: { kind: 'vectors', size: 3 },
          recurrent: { cell, hiddenSize: 40, initialization: { preset, chrono: 50 } },
          output: { kind: 'linear', classes: 1 },
        }),
      );
      const values = initialize(parameters, 5);
      expect(initialize(parameters, 5)).toEqual(values);
      const [first, second] = ['rnn.bias_ih_l0', 'rnn.bias_hh_l0'].map((name) => values.get(name) ?? new Float32Array());
      const kept = [...first.subarray(40, 80)].map((value, unit) => value + second[40 + unit]);
      expect(Math.min(...kept)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...kept)).toBeGreaterThan(Math.log(40));
      expect(Math.max(...kept)).toBeLessThanOrEqual(Math.log(49) + 1e-6);
      if (cell === 'lstm') expect([...first.subarray(0, 40)].map((value, unit) => 0 - value - second[unit])).toEqual(kept);
    }
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
