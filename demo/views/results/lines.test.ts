import { expect, test } from 'vitest';
import { across, frameOf, pathOf, up } from './lines.ts';

test('a frame holds all that is finite', () => {
  const frame = frameOf(100, 50, 3, [1, 2, 3], [Number.NaN, -5]);
  expect(frame.low).toBeLessThan(-5);
  expect(frame.high).toBeGreaterThan(3);
  expect([across(frame, 0), across(frame, 2)]).toEqual([0, 100]);
  expect(up(frame, 3)).toBeLessThan(up(frame, -5));
  expect(frameOf(10, 10, 1, [Number.NaN])).toMatchObject({ low: -0.06, high: 1.06 });
});

test('a path begins anew behind a gap', () => {
  expect(pathOf({ width: 10, height: 10, low: 0, high: 10, count: 3 }, [0, Number.NaN, 5])).toBe('M0.0 10.0M10.0 5.0');
  expect(pathOf({ width: 10, height: 10, low: 0, high: 10, count: 3 }, [5, 10], 1)).toBe('M5.0 5.0L10.0 0.0');
});
