import { describe, expect, it } from 'vitest';
import { type KeptVerdict, type KeptVerdicts, keep, readKept, type VerdictStore, verdictKey } from './verdict-store.ts';

const day = 24 * 3600 * 1000;
const now = 1000 * day;
const verdict = (age: number): KeptVerdict => ({ time: now - age, largestError: 1e-7, tolerance: 1e-5 });

function memoryStore(first: unknown = {}): VerdictStore & { held: unknown } {
  return {
    software: 'test',
    held: first,
    async read() {
      return this.held as KeptVerdicts;
    },
    async write(verdicts) {
      this.held = verdicts;
    },
  };
}
const broken: VerdictStore = {
  software: 'test',
  read: () => Promise.reject(new Error('no storage')),
  write: () => Promise.reject(new Error('no storage')),
};

describe('verdicts that are kept', () => {
  it('count for 7 days, and not when they come from the future', async () => {
    const store = memoryStore({ fresh: verdict(0), week: verdict(7 * day - 1), old: verdict(7 * day), future: verdict(-1) });
    expect([...(await readKept(store, now)).keys()]).toEqual(['fresh', 'week']);
  });

  it('are added to the others, without the old ones', async () => {
    const store = memoryStore({ one: verdict(1), old: verdict(8 * day) });
    await keep(store, new Map([['two', verdict(0)]]), now);
    expect(Object.keys(store.held as object)).toEqual(['one', 'two']);
  });

  it.each([null, 'text', 7, { one: null }, { one: {} }, { one: { time: now, largestError: 'x', tolerance: 1 } }])(
    'are none where %j lies',
    async (content) => {
      expect((await readKept(memoryStore(content), now)).size).toBe(0);
    },
  );

  it('are none where nothing can be kept, without an error', async () => {
    expect((await readKept(broken, now)).size).toBe(0);
    await expect(keep(broken, new Map([['one', verdict(0)]]), now)).resolves.toBeUndefined();
    expect((await readKept(undefined, now)).size).toBe(0);
  });
});

it('the key is another for another adapter, other software and other code', async () => {
  const device = (description: string) => ({ adapterInfo: { vendor: 'acme', description } }) as unknown as GPUDevice;
  const keys = await Promise.all([
    verdictKey(device('9.0'), 'node', 'code'),
    verdictKey(device('9.1'), 'node', 'code'),
    verdictKey(device('9.0'), 'page', 'code'),
    verdictKey(device('9.0'), 'node', 'other code'),
    verdictKey(device('9.0'), 'node', 'code'),
  ]);
  expect(new Set(keys).size).toBe(4);
  expect(keys[4]).toBe(keys[0]);
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
});
