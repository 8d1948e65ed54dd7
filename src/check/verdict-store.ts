/** Which kernels were right on this machine not long ago, kept from one start to the next; where that cannot be kept, nothing is, and nothing fails. */
import { indexedDbStore } from './indexed-db-store.ts';

/** A kernel that was right. Wrong ones are not kept: they are tested at each start, so that a mended driver is noticed. */
export interface KeptVerdict {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly largestError: number;
  readonly tolerance: number;
}

/** By the hash of adapter, software and WGSL. */
export type KeptVerdicts = Readonly<Record<string, KeptVerdict>>;

export interface VerdictStore {
  /** What runs the kernels: the browser's user agent, or the versions of Node. */
  readonly software: string;
  read(): Promise<KeptVerdicts>;
  write(verdicts: KeptVerdicts): Promise<void>;
}

const stores = new WeakMap<GPUDevice, VerdictStore>();

/** Sets where the verdicts about a device are kept; default: IndexedDB in a page, nowhere else. */
export function setVerdictStore(device: GPUDevice, store: VerdictStore): void {
  stores.set(device, store);
}

export const verdictStoreOf = (device: GPUDevice): VerdictStore | undefined => stores.get(device) ?? indexedDbStore();

/** A driver may change under the same name. */
const KEPT_MILLISECONDS = 7 * 24 * 3600 * 1000;

const isKept = ({ time, largestError, tolerance }: KeptVerdict, now: number): boolean =>
  time <= now && now - time < KEPT_MILLISECONDS && Number.isFinite(largestError) && Number.isFinite(tolerance);

/** The verdicts that still count; none if they cannot be read. */
export async function readKept(store: VerdictStore | undefined, now = Date.now()): Promise<Map<string, KeptVerdict>> {
  try {
    const read: unknown = await store?.read();
    if (typeof read !== 'object' || read === null) return new Map();
    return new Map(Object.entries(read as KeptVerdicts).filter(([, verdict]) => verdict && isKept(verdict, now)));
  } catch {
    return new Map();
  }
}

/** Adds to what is kept and drops what is old; whatever goes wrong, the next start tests again. */
export async function keep(store: VerdictStore | undefined, found: ReadonlyMap<string, KeptVerdict>, now = Date.now()): Promise<void> {
  if (!store || found.size === 0) return;
  try {
    await store.write(Object.fromEntries([...(await readKept(store, now)), ...found]));
  } catch {
    // no cache then
  }
}

/** SHA-256 of adapter, software and WGSL, in hexadecimal. */
export async function verdictKey({ adapterInfo }: GPUDevice, software: string, code: string): Promise<string> {
  const { vendor, architecture, device, description } = adapterInfo;
  const text = JSON.stringify([vendor, architecture, device, description, software, code]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
