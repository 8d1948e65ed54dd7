import { expect, test } from 'vitest';
import { createRandom } from '../data/random.ts';
import { oneOf, percent, weighted } from './draw.ts';

test('each entry as likely', () => {
  const random = createRandom(1);
  const drawn = Array.from({ length: 6000 }, () => oneOf(random, ['a', 'b', 'c']));
  for (const entry of 'abc') expect(Math.abs(drawn.filter((other) => other === entry).length / 6000 - 1 / 3)).toBeLessThan(0.03);
});

test('as likely as their weights, never with weight 0', () => {
  const random = createRandom(2);
  const drawn = Array.from({ length: 8000 }, () =>
    weighted(random, [
      [3, 'a'],
      [0, 'b'],
      [1, 'c'],
    ]),
  );
  expect(Math.abs(drawn.filter((entry) => entry === 'a').length / 8000 - 0.75)).toBeLessThan(0.03);
  expect(drawn).not.toContain('b');
});

test('in a hundred', () => {
  const random = createRandom(3);
  const drawn = Array.from({ length: 8000 }, () => percent(random, 30));
  expect(Math.abs(drawn.filter(Boolean).length / 8000 - 0.3)).toBeLessThan(0.03);
  expect(Array.from({ length: 100 }, () => percent(random, 100)).every(Boolean)).toBe(true);
  expect(Array.from({ length: 100 }, () => percent(random, 0)).some(Boolean)).toBe(false);
});
