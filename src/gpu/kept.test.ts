import { describe, expect, it } from 'vitest';
import { type Kept, type KeptEntries, type KeptStore, keep, keptKey, readKept } from './kept.ts';

const day = 24 * 3600 * 1000;
const now = 1000 * day;
interface Sized extends Kept {
  readonly size: number;
}
const entry = (age: number): Sized => ({ time: now - age, size: 1 });
const isWhole = ({ size }: Partial<Sized>): boolean => Number.isFinite(size);

function memoryStore(first: unknown = {}): KeptStore & { held: unknown } {
  return {
    software: 'test',
    held: first,
    async read() {
      return this.held as Record<string, unknown>;
    },
    async update(_, change) {
      this.held = change(this.held as KeptEntries);
    },
  };
}
const broken: KeptStore = {
  software: 'test',
  read: () => Promise.reject(new Error('no storage')),
  update: () => Promise.reject(new Error('no storage')),
};

describe('what is kept', () => {
  it('count for 7 days, and not when they come from the future', async () => {
    const store = memoryStore({ fresh: entry(0), week: entry(7 * day - 1), old: entry(7 * day), future: entry(-1) });
    expect([...(await readKept(store, 'self-test', isWhole, now)).keys()]).toEqual(['fresh', 'week']);
  });

  it('are added to the others, without the old ones', async () => {
    const store = memoryStore({ one: entry(1), old: entry(8 * day) });
    await keep(store, 'self-test', new Map([['two', entry(0)]]), now);
    expect(Object.keys(store.held as object)).toEqual(['one', 'two']);
  });

  it.each([null, 'text', 7, { one: null }, { one: {} }, { one: { time: now, size: 'x' } }])('are none where %j lies', async (content) => {
    const store = memoryStore(content);
    expect((await readKept(store, 'self-test', isWhole, now)).size).toBe(0);
    await keep(store, 'self-test', new Map([['two', entry(0)]]), now);
    expect([...(await readKept(store, 'self-test', isWhole, now)).keys()]).toEqual(['two']);
  });

  it('are none where nothing can be kept, without an error', async () => {
    expect((await readKept(broken, 'self-test', isWhole, now)).size).toBe(0);
    await expect(keep(broken, 'self-test', new Map([['one', entry(0)]]), now)).resolves.toBeUndefined();
    expect((await readKept(undefined, 'self-test', isWhole, now)).size).toBe(0);
  });
});

it('the key is another for another adapter, other software and other code', async () => {
  const device = (description: string) => ({ adapterInfo: { vendor: 'acme', description } }) as unknown as GPUDevice;
  const keys = await Promise.all([
    keptKey(device('9.0'), 'node', 'code'),
    keptKey(device('9.1'), 'node', 'code'),
    keptKey(device('9.0'), 'page', 'code'),
    keptKey(device('9.0'), 'node', 'other code'),
    keptKey(device('9.0'), 'node', 'code'),
  ]);
  expect(new Set(keys).size).toBe(4);
  expect(keys[4]).toBe(keys[0]);
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
});
