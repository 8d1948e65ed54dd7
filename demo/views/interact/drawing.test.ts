import { expect, test } from 'vitest';
import { palette } from '../../../src/tasks/captions/render.ts';
import { blank, withStroke } from './drawing.ts';

const at = ({ width, data }: ReturnType<typeof blank>, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

test('a stroke colours what lies within it, softly at its edge, and leaves the rest and the picture before alone', () => {
  const before = blank(16);
  const drawn = withStroke(before, { tool: 'circle', colour: 'red', x: 8, y: 8, radius: 3 });
  expect(at(drawn, 8, 8)).toEqual([...Float32Array.from(palette.red)]);
  expect(at(drawn, 0, 0)).toEqual(at(before, 0, 0));
  expect(at(before, 8, 8)).toEqual(at(before, 0, 0));
  const edge = at(drawn, 10, 9)[0];
  expect(edge).toBeGreaterThan(at(before, 0, 0)[0]);
  expect(at(drawn, 11, 8)[0]).toBeLessThan(palette.red[0]);
});

test('a ring is empty in its middle', () => {
  const drawn = withStroke(blank(16), { tool: 'ring', colour: 'blue', x: 8, y: 8, radius: 4 });
  expect(at(drawn, 8, 8)).toEqual(at(blank(16), 8, 8));
  expect(at(drawn, 10, 7)[2]).toBeGreaterThan(0.5);
});
