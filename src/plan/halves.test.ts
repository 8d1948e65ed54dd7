import { describe, expect, it } from 'vitest';
import { fromHalf, halfOf, packedHalves, roundedToHalves } from './halves.ts';

describe('numbers as f16', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [1e9, 0x7bff],
    [Number.NEGATIVE_INFINITY, 0xfbff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -26, 0x0000],
    [0.1, 0x2e66],
    // ties: to the even neighbour, below 2^-14 too
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 ** -25, 0x0000],
    [3 * 2 ** -25, 0x0002],
    // the largest below 2^-14 rounds up into the normal numbers
    [2 ** -14 - 2 ** -26, 0x0400],
    [Number.NaN, 0x7e00],
  ])('%d is %i', (value, half) => {
    expect(halfOf(value)).toBe(half);
  });

  it('go through unchanged where f16 has them, all 63,488 of them', () => {
    for (let half = 0; half < 0x10000; half++) {
      if (((half >>> 10) & 31) === 31) continue;
      expect(halfOf(fromHalf(half))).toBe(half);
    }
  });

  it('are the nearest ones otherwise', () => {
    for (let step = 1; step < 4000; step++) {
      const value = Math.fround(Math.sin(step) * 2 ** ((step % 30) - 20));
      const half = halfOf(value);
      const error = Math.abs(fromHalf(half) - value);
      for (const near of [half - 1, half + 1])
        if ((near & 0x7fff) < 0x7c00) expect(error).toBeLessThanOrEqual(Math.abs(fromHalf(near) - value));
    }
  });

  it('lie two to a u32', () => {
    expect(packedHalves([1, -2])).toEqual(Uint32Array.of(0xc0003c00));
    expect(roundedToHalves(Float32Array.of(0.1))[0]).toBe(0.0999755859375);
  });
});
