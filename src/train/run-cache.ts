/** Plans of a model made ready to run, and who uses them when: what is in use is never destroyed, and two users never share one at a time. */

/** Something that owns GPU memory and can run. */
export interface Runnable {
  readonly bytes: number;
  destroy(): void;
}

export interface RunCache {
  /** Of everything that is made and not destroyed. */
  readonly bytes: number;
  /**
   * Hands the run of that key to `work`, made first if it is not there; users of one key wait for each other. Every submit of `work` must come
   * before its first await, or after another `requireAlive`.
   */
  use<Run extends Runnable, Result>(key: string, make: () => Promise<Run>, work: (run: Run) => Promise<Result>): Promise<Result>;
  /** Makes a run for one user, who gives it back with `release`. */
  keep<Run extends Runnable>(make: () => Promise<Run>): Promise<Run>;
  release(run: Runnable): void;
  destroyAll(): void;
}

/** Runs kept by key; the one not used for longest is destroyed when another comes. */
const MOST_KEYS = 4;

interface Entry {
  readonly made: Promise<Runnable>;
  /** Resolves when the last user so far is done. */
  idle: Promise<unknown>;
}

/** `requireAlive` throws once the owner of the runs is destroyed. */
export function createRunCache(requireAlive: () => void): RunCache {
  const entries = new Map<string, Entry>();
  const alive = new Set<Runnable>();
  const release = (run: Runnable): void => {
    alive.delete(run);
    run.destroy();
  };
  const keep = async <Run extends Runnable>(make: () => Promise<Run>): Promise<Run> => {
    requireAlive();
    const run = await make();
    alive.add(run);
    return run;
  };
  const drop = (key: string): void => {
    const entry = entries.get(key);
    entries.delete(key);
    entry?.idle.then(() => entry.made).then(release, () => undefined);
  };
  const entryOf = (key: string, make: () => Promise<Runnable>): Entry => {
    const known = entries.get(key);
    // the map's order is the order of use
    entries.delete(key);
    const entry = known ?? { made: keep(make), idle: Promise.resolve() };
    entries.set(key, entry);
    for (const oldest of [...entries.keys()].slice(0, Math.max(0, entries.size - MOST_KEYS))) drop(oldest);
    entry.made.catch(() => {
      if (entries.get(key) === entry) entries.delete(key);
    });
    return entry;
  };
  return {
    get bytes() {
      return [...alive].reduce((sum, { bytes }) => sum + bytes, 0);
    },
    use<Run extends Runnable, Result>(key: string, make: () => Promise<Run>, work: (run: Run) => Promise<Result>): Promise<Result> {
      const entry = entryOf(key, make);
      const done = entry.idle.then(async () => {
        const run = await entry.made;
        requireAlive();
        return work(run as Run);
      });
      entry.idle = done.catch(() => undefined);
      return done;
    },
    async keep<Run extends Runnable>(make: () => Promise<Run>): Promise<Run> {
      const run = await keep(make);
      try {
        requireAlive();
      } catch (error) {
        release(run);
        throw error;
      }
      return run;
    },
    release,
    destroyAll() {
      for (const key of [...entries.keys()]) drop(key);
      for (const run of [...alive]) release(run);
    },
  };
}
