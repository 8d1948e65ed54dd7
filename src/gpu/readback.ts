/** Copies GPU buffers to the host: asynchronous, through staging buffers that are made once and used in turn. */
import { createLedger, STAGING_USAGE } from './ledger.ts';

export interface ReadbackSource {
  readonly buffer: GPUBuffer;
  /** Bytes. */
  readonly offset?: number;
  readonly size: number;
}

/**
 * Reads parts of buffers once, into one ArrayBuffer each; for results outside the training loop. What `encoder` holds is submitted with the copies: one
 * submit, one staging buffer, one map.
 */
export async function readBuffers(
  device: GPUDevice,
  sources: readonly ReadbackSource[],
  encoder = device.createCommandEncoder({ label: 'read back' }),
): Promise<ArrayBuffer[]> {
  const ledger = createLedger(device);
  try {
    const size = sources.reduce((sum, source) => sum + source.size, 0);
    const staging = ledger.create('read back', size, STAGING_USAGE);
    const ends: number[] = [];
    for (const { buffer, offset = 0, size } of sources) {
      const at = ends.at(-1) ?? 0;
      encoder.copyBufferToBuffer(buffer, offset, staging, at, size);
      ends.push(at + size);
    }
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(1); // GPUMapMode.READ
    const mapped = staging.getMappedRange();
    const copies = ends.map((end, index) => mapped.slice(end - sources[index].size, end));
    staging.unmap();
    return copies;
  } finally {
    ledger.destroyAll();
  }
}

/** Reads what work leaves that has not been submitted: submits it, once. */
export type ReadBack = (sources: readonly ReadbackSource[]) => Promise<ArrayBuffer[]>;

/** A ring of staging buffers for one source. */
export interface StagingRing {
  readonly bytes: number;
  /** Encodes a copy. Call the result right after the submit that holds it: it resolves to the contents, whatever else is waiting. */
  request(encoder: GPUCommandEncoder): () => Promise<ArrayBuffer>;
  destroy(): void;
}

/**
 * Resolves with `work`, sooner than a browser would: Chrome looks whether work has ended when commands arrive, and else every 2.5 ms. So eight questions, each after the
 * answer to the one before, 0.3 ms, bring home at once what takes less than that (a time step of 64 units: 0.9 instead of 2.5 ms). What takes longer only loses by them,
 * since answers take time from the threads of a software adapter: training steps of 2.8 ms took 4.
 */
async function hastened(device: GPUDevice, work: Promise<undefined>): Promise<void> {
  let isAwaited = true;
  const ask = async () => {
    for (let question = 0; question < 8 && isAwaited; question++) {
      device.pushErrorScope('validation');
      await device.popErrorScope();
    }
  };
  ask().catch(() => undefined); // of a device that is gone, `work` tells
  try {
    await work;
  } finally {
    isAwaited = false;
  }
}

/** `count`: buffers, default 3; `isShort`: the work before a copy takes a millisecond or two, default false. */
export function createStagingRing(
  device: GPUDevice,
  source: GPUBuffer,
  size: number,
  { count = 3, isShort = false }: { readonly count?: number; readonly isShort?: boolean } = {},
): StagingRing {
  const ledger = createLedger(device);
  const free = Array.from({ length: count }, (_, index) => ledger.create(`staging ${source.label} ${index}`, size, STAGING_USAGE));
  return {
    get bytes() {
      return ledger.bytes;
    },
    request(encoder) {
      const target = free.shift();
      if (!target) throw new Error(`staging ring of ${source.label} must have a free buffer, got ${count} waiting: await one first`);
      encoder.copyBufferToBuffer(source, 0, target, 0, size);
      return async () => {
        const mapped = target.mapAsync(1); // GPUMapMode.READ
        await (isShort ? hastened(device, mapped) : mapped);
        const copy = target.getMappedRange().slice(0);
        target.unmap();
        free.push(target);
        return copy;
      };
    },
    destroy: () => ledger.destroyAll(),
  };
}
