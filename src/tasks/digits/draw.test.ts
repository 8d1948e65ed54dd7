import { describe, expect, test } from 'vitest';
import { createRandom } from '../../data/random.ts';
import { drawDigit, side } from './draw.ts';
import { ways } from './strokes.ts';

const drawings = (digit: number, count: number): number[][][] => {
  const random = createRandom(digit);
  return Array.from({ length: count }, () => drawDigit(digit, random));
};

/** How many separate areas of paper the pen has enclosed. */
const holes = (drawing: readonly (readonly number[])[]): number => {
  const paper = new Set<number>();
  for (let row = -1; row <= side; row++) {
    for (let column = -1; column <= side; column++) if ((drawing[row]?.[column] ?? 0) < 0.4) paper.add((row + 1) * 100 + column + 1);
  }
  let areas = 0;
  for (const start of paper) {
    areas++;
    const open = [start];
    while (open.length > 0) {
      const at = open.pop() as number;
      if (paper.delete(at)) open.push(at - 100, at - 1, at + 1, at + 100);
    }
  }
  return areas - 1; // the area around the digit is none
};

test('each of ten digits can be written in at least one way', () => {
  expect(ways).toHaveLength(10);
  for (const strokes of ways.flat()) {
    expect(strokes.length).toBeGreaterThan(0);
    for (const { points } of strokes) expect(points.length).toBeGreaterThan(1);
  }
});

test('a drawing is 12 rows of 12 pixels from 0 to 1 in hundredths', () => {
  for (const digit of ways.keys()) {
    for (const drawing of drawings(digit, 50)) {
      expect(drawing).toHaveLength(12);
      for (const row of drawing) expect(row).toHaveLength(12);
      expect(drawing.flat().every((value) => value >= 0 && value <= 1 && value === Math.round(value * 100) / 100)).toBe(true);
      expect(Math.max(...drawing.flat())).toBeGreaterThan(0.4); // a thin pen between the pixels
    }
  }
});

describe('the pen encloses', () => {
  test.each([
    [0, 1, 0.95],
    [1, 0, 0.9],
    [2, 0, 0.85],
    [3, 0, 0.7],
    [5, 0, 0.7],
    [6, 1, 0.85],
    [7, 0, 0.95],
    [8, 2, 0.9],
    [9, 1, 0.85],
  ])('in a %i mostly %i areas', (digit, expected, least) => {
    const counts = drawings(digit, 300).map(holes);
    const share = counts.filter((count) => count === expected).length / counts.length;
    expect(share).toBeGreaterThan(least);
  });
});

test('a seed draws the same again', () => {
  expect(drawings(5, 3)).toEqual(drawings(5, 3));
  expect(drawings(5, 2)[0]).not.toEqual(drawings(5, 2)[1]);
});
