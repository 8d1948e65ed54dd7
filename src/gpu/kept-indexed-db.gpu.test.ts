/** In the browser, since what is tested is its database. */
import { expect, it } from 'vitest';
import { type Kept, keep, readKept } from './kept.ts';
import { indexedDbStore } from './kept-indexed-db.ts';

it('loses nothing of what is found out at the same time', async () => {
  const entry: Kept = { time: Date.now() };
  const names = Array.from({ length: 8 }, (_, index) => `at once ${index}`);
  await Promise.all(names.map((name) => keep(indexedDbStore(), 'kernel-times', new Map([[name, entry]]))));
  const kept = await readKept(indexedDbStore(), 'kernel-times', () => true);
  expect([...kept.keys()]).toEqual(expect.arrayContaining(names));
});
