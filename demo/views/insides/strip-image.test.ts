import { describe, expect, test } from 'vitest';
import { extentOf, placeAt, stripPixels } from './strip-image.ts';

const colours = { paper: [255, 255, 255], plane: [0, 0, 0], negative: [0, 0, 255], zero: [255, 255, 255], positive: [255, 0, 0] } as const;
/** Two time steps of three units. */
const gate = { name: 'forget', values: Float32Array.from([0, 0.5, 1, 1, 1, Number.NaN]), scale: 'gate' } as const;
const pixel = (pixels: Uint8ClampedArray, t: number, unit: number) => [...pixels.subarray((unit * 2 + t) * 4, (unit * 2 + t) * 4 + 4)];

describe('a strip', () => {
  test('has time to the right and units downwards; what is no number is left out', () => {
    const pixels = stripPixels(gate, 2, colours);
    expect(pixel(pixels, 0, 0)).toEqual([255, 255, 255, 255]);
    expect(pixel(pixels, 0, 2)).toEqual([0, 0, 0, 255]);
    expect(pixel(pixels, 1, 0)).toEqual([0, 0, 0, 255]);
    expect(pixel(pixels, 1, 2)[3]).toBe(0);
  });

  test('of states diverges around zero, its ends at 1 or beyond', () => {
    const small = { name: 'hidden', values: Float32Array.from([-1, 0, 0.5, 0, 0, 0]), scale: 'state' } as const;
    expect(extentOf(small)).toBe(1);
    expect(pixel(stripPixels(small, 2, colours), 0, 0)).toEqual([0, 0, 255, 255]);
    const large = { ...small, values: small.values.map((value) => 4 * value) };
    expect(extentOf(large)).toBe(4);
    expect(stripPixels(large, 2, colours)).toEqual(stripPixels(small, 2, colours));
  });

  test('knows what is under a pointer, its edges included', () => {
    expect(placeAt(0.6, 0.4, 2, 3)).toEqual({ t: 1, unit: 1 });
    expect(placeAt(1, 1, 2, 3)).toEqual({ t: 1, unit: 2 });
    expect(placeAt(-0.1, 2, 2, 3)).toEqual({ t: 0, unit: 2 });
  });
});
