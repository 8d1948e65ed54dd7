import { expect, test } from 'vitest';
import { accumulate } from './accumulate.ts';
import { combinedNorm, gradientNorm } from './gradient-norm.ts';

function partialsOf(values: readonly number[], bound?: number, tensors: readonly number[] = [2, values.length - 2, 0]) {
  const partials = new Float64Array(16);
  const buffers = {
    settings: Float64Array.of(bound ?? 0),
    gradients: Float64Array.from(values),
    losses: Float64Array.of(1, 2, 4),
    partials,
  };
  gradientNorm({ tensors, rows: 3, valueClip: bound !== undefined }, {}, buffers);
  return partials;
}

test('the norm of all gradients, and the sum of losses behind it', () => {
  const partials = partialsOf([3, 0, 0, -4]);
  expect(combinedNorm(partials, 0, 3, 'raw')).toBeCloseTo(5, 12);
  expect(combinedNorm(partials, 0, 3, 'clipped')).toBeCloseTo(5, 12);
  expect([...partials.slice(12)]).toEqual([7, 0, 0, 0]);
});

test('the value clip changes the second norm only', () => {
  const partials = partialsOf([3, 0, 0, -4], 1);
  expect(combinedNorm(partials, 0, 3, 'raw')).toBeCloseTo(5, 12);
  expect(combinedNorm(partials, 0, 3, 'clipped')).toBeCloseTo(Math.SQRT2, 12);
});

test('norms of single tensors', () => {
  const partials = partialsOf([3, -4, 12, 0], undefined, [2, 1, 1]);
  expect([0, 1, 2].map((tensor) => combinedNorm(partials, tensor, tensor + 1, 'raw'))).toEqual([5, 12, 0]);
  expect(combinedNorm(partials, 0, 3, 'raw')).toBeCloseTo(13, 12);
});

test('the bound of the value clip may also lie in control, as f32 bits', () => {
  const control = new Uint32Array(8);
  new Float32Array(control.buffer)[6] = 1;
  const partials = new Float64Array(8);
  const buffers = { control, gradients: Float64Array.of(3, -4), losses: new Float64Array(0), partials };
  gradientNorm({ tensors: [2], rows: 0, valueClip: true }, {}, buffers);
  expect(combinedNorm(partials, 0, 1, 'raw')).toBeCloseTo(5, 12);
  expect(combinedNorm(partials, 0, 1, 'clipped')).toBeCloseTo(Math.SQRT2, 12);
});

test('tiny and huge gradients neither vanish nor overflow', () => {
  expect(combinedNorm(partialsOf([3e-200, 4e-200]), 0, 3, 'raw') / 5e-200).toBeCloseTo(1, 12);
  expect(combinedNorm(partialsOf([3e200, 4e200]), 0, 3, 'raw') / 5e200).toBeCloseTo(1, 12);
  expect(combinedNorm(partialsOf([0, 0, 0, 0]), 0, 3, 'raw')).toBe(0);
});

test.each([NaN, Infinity, -Infinity])('a gradient of %f shows in both norms, clipped or not', (value) => {
  expect(combinedNorm(partialsOf([1, value, 1, 1], 1), 0, 3, 'raw')).toBe(Infinity);
  expect(combinedNorm(partialsOf([1, value, 1, 1], 1), 0, 3, 'clipped')).toBe(Infinity);
});

test('accumulate: the first micro-batch overwrites, the next ones add', () => {
  const accumulated = Float64Array.of(7, NaN, 9, 7);
  const call = { source: 0, accumulated: 1 };
  accumulate({ elements: 2 }, { ...call, first: 1 }, { source: Float64Array.of(1, 2), accumulated });
  accumulate({ elements: 2 }, { ...call, first: 0 }, { source: Float64Array.of(10, 20), accumulated });
  expect([...accumulated]).toEqual([7, 11, 22, 7]);
});
