import { describe, expect, test } from 'vitest';
import { diverging, mix, parseColour } from './colour.ts';

describe('colours', () => {
  test('are read from what style sheets hold', () => {
    expect(parseColour('#fff')).toEqual([255, 255, 255]);
    expect(parseColour(' #0072b2 ')).toEqual([0, 0x72, 0xb2]);
    expect(parseColour('rgb(1, 2, 3)')).toEqual([1, 2, 3]);
    expect(parseColour('')).toEqual([0, 0, 0]);
  });

  test('mix, and stop at their ends', () => {
    expect(mix([0, 0, 0], [100, 200, 50], 0.5)).toEqual([50, 100, 25]);
    expect(mix([0, 0, 0], [100, 200, 50], 7)).toEqual([100, 200, 50]);
    expect(mix([0, 0, 0], [100, 200, 50], Number.NEGATIVE_INFINITY)).toEqual([0, 0, 0]);
  });

  test('diverge around zero', () => {
    const [blue, white, red] = [parseColour('#00f'), parseColour('#fff'), parseColour('#f00')];
    expect(diverging(blue, white, red, 0)).toEqual(white);
    expect(diverging(blue, white, red, -1)).toEqual(blue);
    expect(diverging(blue, white, red, 0.5)).toEqual([255, 127.5, 127.5]);
  });
});
