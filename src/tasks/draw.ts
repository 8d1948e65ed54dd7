import type { Random } from '../data/random.ts';

/** One of the entries, each as likely; there must be one. */
export function oneOf<Entry>(random: Random, entries: readonly Entry[]): Entry {
  return entries[random.integer(entries.length)];
}

/** One of the entries, each as likely as its whole weight is large. */
export function weighted<Entry>(random: Random, entries: readonly (readonly [weight: number, entry: Entry])[]): Entry {
  let left = random.integer(entries.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, entry] of entries) {
    if (left < weight) return entry;
    left -= weight;
  }
  throw new RangeError('weights must be whole and not negative');
}

/** True this many times in a hundred. */
export function percent(random: Random, chance: number): boolean {
  return random.integer(100) < chance;
}
