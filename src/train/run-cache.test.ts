import { describe, expect, it } from 'vitest';
import { createRunCache, type Runnable } from './run-cache.ts';

interface Probe extends Runnable {
  readonly name: string;
  isDestroyed: boolean;
}

const probe = (name: string, bytes = 10): Probe => ({
  name,
  bytes,
  isDestroyed: false,
  destroy() {
    this.isDestroyed = true;
  },
});

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A promise that the test resolves. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

describe('runs by key', () => {
  it('are made once and counted while they live', async () => {
    const cache = createRunCache(() => undefined);
    let made = 0;
    const make = async () => {
      made++;
      return probe('a');
    };
    for (let use = 0; use < 3; use++) expect(await cache.use('a', make, async ({ name }) => name)).toBe('a');
    expect([made, cache.bytes]).toEqual([1, 10]);
  });

  it('are the four used last; an older one is destroyed', async () => {
    const cache = createRunCache(() => undefined);
    const probes = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => probe(name));
    const touch = (index: number) =>
      cache.use(
        probes[index].name,
        async () => probes[index],
        async () => undefined,
      );
    for (const index of [0, 1, 2, 3, 0, 4, 5]) await touch(index);
    await settled();
    expect(probes.filter(({ isDestroyed }) => isDestroyed).map(({ name }) => name)).toEqual(['b', 'c']);
    expect(cache.bytes).toBe(40);
  });

  it('are not destroyed under a user, nor under one who waits', async () => {
    const cache = createRunCache(() => undefined);
    const first = probe('first');
    const { passed, open } = gate();
    const seen: boolean[] = [];
    const work = async (run: Probe) => {
      await passed;
      seen.push(run.isDestroyed);
    };
    const using = [1, 2].map(() => cache.use('first', async () => first, work));
    for (const name of ['a', 'b', 'c', 'd'])
      await cache.use(
        name,
        async () => probe(name),
        async () => undefined,
      );
    await settled();
    expect(first.isDestroyed).toBe(false);
    open();
    await Promise.all(using);
    await settled();
    expect(seen).toEqual([false, false]);
    expect(first.isDestroyed).toBe(true);
  });

  it('have one user at a time, in the order of their calls, also after one that fails', async () => {
    const cache = createRunCache(() => undefined);
    const log: string[] = [];
    const using = ['a', 'b', 'c'].map((name) =>
      cache.use(
        'key',
        async () => probe('key'),
        async () => {
          log.push(`${name} begins`);
          await settled();
          log.push(`${name} ends`);
          if (name === 'a') throw new Error('a fails');
          return name;
        },
      ),
    );
    await expect(using[0]).rejects.toThrow('a fails');
    expect(await Promise.all(using.slice(1))).toEqual(['b', 'c']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('are made anew after a failure', async () => {
    const cache = createRunCache(() => undefined);
    const failing = async (): Promise<Probe> => {
      throw new Error('no memory');
    };
    await expect(cache.use('a', failing, async () => 1)).rejects.toThrow('no memory');
    expect(
      await cache.use(
        'a',
        async () => probe('a'),
        async () => 2,
      ),
    ).toBe(2);
  });
});

describe('runs kept by one user', () => {
  it('live until they are released', async () => {
    const cache = createRunCache(() => undefined);
    const kept = await cache.keep(async () => probe('kept', 7));
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await cache.use(
        name,
        async () => probe(name),
        async () => undefined,
      );
    await settled();
    expect([kept.isDestroyed, cache.bytes]).toEqual([false, 47]);
    cache.release(kept);
    expect([kept.isDestroyed, cache.bytes]).toEqual([true, 40]);
  });
});

describe('the end of the owner', () => {
  it('destroys everything, also what is still being made, and refuses new users', async () => {
    let isAlive = true;
    const cache = createRunCache(() => {
      if (!isAlive) throw new Error('gone');
    });
    const [ready, late, kept, lateKept] = ['ready', 'late', 'kept', 'late kept'].map((name) => probe(name));
    const { passed, open } = gate();
    const slowly = (run: Probe) => async () => {
      await passed;
      return run;
    };
    await cache.use(
      'ready',
      async () => ready,
      async () => undefined,
    );
    await cache.keep(async () => kept);
    const waiting = [cache.use('late', slowly(late), async () => 'used'), cache.keep(slowly(lateKept))];
    const refused = Promise.all(waiting.map((each) => expect(each).rejects.toThrow('gone')));
    isAlive = false;
    cache.destroyAll();
    open();
    await refused;
    await settled();
    expect([ready, late, kept, lateKept].map(({ isDestroyed }) => isDestroyed)).toEqual([true, true, true, true]);
    expect(cache.bytes).toBe(0);
    await expect(
      cache.use(
        'ready',
        async () => ready,
        async () => 1,
      ),
    ).rejects.toThrow('gone');
  });
});
