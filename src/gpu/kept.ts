/** What was found out about a device, kept from one start to the next; where that cannot be kept, nothing is, and nothing fails. */
import { indexedDbStore } from './kept-indexed-db.ts';

/** Kernels that were right; which of two kernels was faster. */
export type KeptTopic = 'self-test' | 'kernel-times';

export interface Kept {
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Entries of each topic, by the hash of adapter, software and WGSL; a store may throw, which counts as empty. */
export interface KeptStore {
  /** What runs the kernels: the browser's user agent, or the versions of Node. */
  readonly software: string;
  read(topic: KeptTopic): Promise<KeptEntries>;
  /** Writes what `change` makes of the entries, without another change in between: several find something out at once. */
  update(topic: KeptTopic, change: (entries: KeptEntries) => KeptEntries): Promise<void>;
}

export type KeptEntries = Readonly<Record<string, unknown>>;

const stores = new WeakMap<GPUDevice, KeptStore>();

/** Sets where things about a device are kept; default: IndexedDB in a page, nowhere else. */
export function setKeptStore(device: GPUDevice, store: KeptStore): void {
  stores.set(device, store);
}

export const keptStoreOf = (device: GPUDevice): KeptStore | undefined => stores.get(device) ?? indexedDbStore();

/** A driver may change under the same name. */
const KEPT_MILLISECONDS = 7 * 24 * 3600 * 1000;

const isRecent = (entry: unknown, now: number): entry is Kept => {
  const { time } = (entry ?? {}) as Partial<Kept>;
  return typeof time === 'number' && time <= now && now - time < KEPT_MILLISECONDS;
};

/** The entries that still count and are whole; none if they cannot be read. */
export async function readKept<Entry extends Kept>(
  store: KeptStore | undefined,
  topic: KeptTopic,
  isWhole: (entry: Partial<Entry>) => boolean,
  now = Date.now(),
): Promise<Map<string, Entry>> {
  try {
    return countingOf(await store?.read(topic), isWhole, now);
  } catch {
    return new Map();
  }
}

/** What was read may be anything. */
function countingOf<Entry extends Kept>(entries: unknown, isWhole: (entry: Partial<Entry>) => boolean, now: number): Map<string, Entry> {
  if (typeof entries !== 'object' || entries === null) return new Map();
  return new Map(Object.entries(entries).filter((pair): pair is [string, Entry] => isRecent(pair[1], now) && isWhole(pair[1] as Entry)));
}

/** Adds to what is kept and drops what is old; whatever goes wrong, the next start finds out again. */
export async function keep(
  store: KeptStore | undefined,
  topic: KeptTopic,
  found: ReadonlyMap<string, Kept>,
  now = Date.now(),
): Promise<void> {
  if (!store || found.size === 0) return;
  try {
    await store.update(topic, (entries) => Object.fromEntries([...countingOf(entries, () => true, now), ...found]));
  } catch {
    // no cache then
  }
}

/** SHA-256 of adapter, software and text, in hexadecimal. */
export async function keptKey({ adapterInfo }: GPUDevice, software: string, text: string): Promise<string> {
  const { vendor, architecture, device, description } = adapterInfo;
  const whole = JSON.stringify([vendor, architecture, device, description, software, text]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(whole));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
