import { describe, expect, test } from 'vitest';
import { gradientRange, gradientShift } from './gradient-range.ts';

/** Norms over T steps that end in `end` and change by `rate` with each step back, as f32 would hold them after a shift. */
const norms = (rate: number, count: number, end = 1, shift = 0): Float64Array =>
  Float64Array.from({ length: count }, (_, t) => Math.fround(end * rate ** (count - 1 - t) * 2 ** shift));

describe('the range of a gradient', () => {
  test('held at both ends', () => {
    expect(gradientRange([0.5, 2, 4])).toEqual({ ratio: 0.125, range: 'held', spanned: 3 });
  });

  test('below and above, over as many steps as f32 held', () => {
    expect(gradientRange([0, 1e-40, 1e-30, 1])).toEqual({ ratio: 1e-30, range: 'below', spanned: 2 });
    expect(gradientRange([Number.NaN, Number.POSITIVE_INFINITY, 1e30, 1])).toEqual({ ratio: 1e30, range: 'above', spanned: 2 });
  });

  test('of nothing that f32 holds', () => {
    expect(gradientRange([1, Number.NaN])).toEqual({ ratio: Number.NaN, range: 'above', spanned: 0 });
    expect(gradientRange([1, 0])).toEqual({ ratio: Number.NaN, range: 'below', spanned: 0 });
  });
});

describe('the shift of a gradient', () => {
  test.each([
    [1e-45 ** (1 / 199), 1],
    [1e36 ** (1 / 199), 1e-3],
    [1e31 ** (1 / 199), 1e17],
    [0.99, 1e-5],
  ])('brings a rate of %d from %d at the end into range', (rate, end) => {
    const shift = gradientShift(norms(rate, 200, end));
    expect(Math.abs(shift % 2)).toBe(0);
    const { ratio, range } = gradientRange(norms(rate, 200, end, shift));
    expect(range).toBe('held');
    expect(Math.log10(ratio)).toBeCloseTo(199 * Math.log10(rate), 3);
  });

  test.each([1e-3, 1e3])('shows as much as can be shown of a rate of %d', (rate) => {
    const shift = gradientShift(norms(rate, 100));
    const { range, spanned } = gradientRange(norms(rate, 100, 1, shift));
    expect(range).toBe(rate < 1 ? 'below' : 'above');
    expect(spanned).toBeGreaterThan(20);
  });

  test('leaves alone what it cannot know', () => {
    expect(gradientShift([1, Number.NaN])).toBe(0);
    expect(gradientShift([1])).toBe(0);
  });
});
