import { describe, expect, test } from 'vitest';
import { randomNumbers } from './chain-layout.ts';
import { centralDifference } from './numeric-gradient.ts';
import { type PoolRowsOptions, poolRows } from './pool-rows.ts';
import { poolRowsBackward } from './pool-rows-backward.ts';

const options: PoolRowsOptions = { mode: 'mean', batch: 3, timeSteps: 4, hiddenSize: 2, lengths: true };
const lengths = Uint32Array.of(2, 4, 0);
const modes = ['mean', 'max', 'last'] as const;

describe('pool-rows', () => {
  // row 0: (1, -6), (3, -2), then garbage; row 1: (4, 1), (8, 1), (8, 0), (0, 2); row 2 has no time steps
  const rows = () => Float64Array.of(1, -6, 4, 1, 99, 99, 3, -2, 8, 1, 99, 99, 99, 99, 8, 0, 99, 99, 99, 99, 0, 2, 99, 99);

  test.each([
    ['mean', [2, -4, 5, 1, 0, 0]],
    ['max', [3, -2, 8, 2, 0, 0]],
    ['last', [3, -2, 0, 2, 0, 0]],
  ] as const)('%s of the real time steps', (mode, expected) => {
    const pooled = new Float64Array(6).fill(9);
    poolRows({ ...options, mode }, {}, { rows: rows(), lengths, pooled });
    expect([...pooled]).toEqual(expected);
  });

  test('the gradient of a maximum that comes twice goes to the first', () => {
    const rowsGradient = new Float64Array(24).fill(9);
    const buffers = { rows: rows(), lengths, pooledGradient: Float64Array.of(1, 2, 3, 4, 5, 6), rowsGradient };
    poolRowsBackward({ ...options, mode: 'max' }, {}, buffers);
    expect([...rowsGradient]).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0]);
  });
});

/** How many elements of the rows have a gradient that is not the numeric one. */
function wrongGradients(shape: PoolRowsOptions, backward = poolRowsBackward): number {
  const random = randomNumbers(5);
  const drawn = (count: number) => Float64Array.from({ length: count }, () => 2 * random() - 1);
  const call = { rows: 3, pooled: 1, pooledGradient: 1, rowsGradient: 2 };
  const buffers = {
    rows: drawn(3 + 24),
    lengths,
    pooled: new Float64Array(7).fill(Number.NaN),
    pooledGradient: drawn(7),
    rowsGradient: new Float64Array(2 + 24).fill(Number.NaN),
  };
  const loss = () => {
    poolRows(shape, call, buffers);
    return buffers.pooledGradient.subarray(1).reduce((sum, gradient, i) => sum + gradient * buffers.pooled[1 + i], 0);
  };
  backward(shape, call, buffers);
  let wrong = 0;
  for (let i = 0; i < 24; i++) {
    if (!(Math.abs(buffers.rowsGradient[2 + i] - centralDifference(loss, buffers.rows, 3 + i)) <= 1e-7)) wrong++;
  }
  return wrong;
}

describe.each(modes)('pool-rows-backward, %s', (mode) => {
  test('is the numeric gradient', () => {
    for (const hasLengths of [true, false]) expect(wrongGradients({ ...options, mode, lengths: hasLengths })).toBe(0);
  });

  test('the check sees rows that do not end, and another way to pool', () => {
    const shape = { ...options, mode };
    const other = mode === 'mean' ? 'max' : 'mean';
    const endless: typeof poolRowsBackward = (given, call, buffers) => poolRowsBackward({ ...given, lengths: false }, call, buffers);
    const mistaken: typeof poolRowsBackward = (given, call, buffers) => poolRowsBackward({ ...given, mode: other }, call, buffers);
    expect(wrongGradients(shape, endless)).toBeGreaterThan(0);
    expect(wrongGradients(shape, mistaken)).toBeGreaterThan(0);
  });
});
