import { expect, test } from 'vitest';
import { mostPerMillisecond, split } from './roofs.ts';

test('no dispatch has more workgroups than are allowed', () => {
  expect(split(16)).toEqual([16]);
  expect(split(140_000)).toEqual([65_535, 65_535, 8_930]);
});

test('work doubles until it is long enough; the fastest counts', async () => {
  const asked: number[] = [];
  const rate = await mostPerMillisecond(async (n) => {
    asked.push(n);
    return asked.length === 6 ? n : 2 * n; // once the machine is undisturbed
  });
  expect(asked).toEqual([1, 2, 4, 8, 16, 16, 16, 16, 16, 16]);
  expect(rate).toBe(1);
});
