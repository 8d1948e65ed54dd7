/** Copies GPU buffers to the host: asynchronous, through staging buffers that are made once and used in turn. */
import { createLedger, STAGING_USAGE } from './ledger.ts';

export interface ReadbackSource {
  readonly buffer: GPUBuffer;
  /** Bytes. */
  readonly offset?: number;
  readonly size: number;
}

/** Reads parts of buffers once, into one ArrayBuffer each; for results outside the training loop. */
export async function readBuffers(device: GPUDevice, sources: readonly ReadbackSource[]): Promise<ArrayBuffer[]> {
  const ledger = createLedger(device);
  try {
    const encoder = device.createCommandEncoder({ label: 'read back' });
    const staging = sources.map(({ buffer, offset = 0, size }) => {
      const target = ledger.create(`read back ${buffer.label}`, size, STAGING_USAGE);
      encoder.copyBufferToBuffer(buffer, offset, target, 0, size);
      return target;
    });
    device.queue.submit([encoder.finish()]);
    return await Promise.all(
      staging.map(async (target) => {
        await target.mapAsync(1); // GPUMapMode.READ
        const copy = target.getMappedRange().slice(0);
        target.unmap();
        return copy;
      }),
    );
  } finally {
    ledger.destroyAll();
  }
}

/** A ring of staging buffers for one source: `request` encodes a copy, `take` waits for the oldest one. */
export interface StagingRing {
  readonly bytes: number;
  /** Copies waiting to be taken. */
  readonly pending: number;
  request(encoder: GPUCommandEncoder): void;
  /** Call after the submit that holds the requested copy. */
  take(): Promise<ArrayBuffer>;
  destroy(): void;
}

export function createStagingRing(device: GPUDevice, source: GPUBuffer, size: number, count = 3): StagingRing {
  const ledger = createLedger(device);
  const free = Array.from({ length: count }, (_, index) => ledger.create(`staging ${source.label} ${index}`, size, STAGING_USAGE));
  const waiting: GPUBuffer[] = [];
  return {
    get bytes() {
      return ledger.bytes;
    },
    get pending() {
      return waiting.length;
    },
    request(encoder) {
      const target = free.shift();
      if (!target)
        throw new Error(`staging ring of ${source.label} must have a free buffer, got ${waiting.length} waiting: take one first`);
      encoder.copyBufferToBuffer(source, 0, target, 0, size);
      waiting.push(target);
    },
    async take() {
      const target = waiting.shift();
      if (!target) throw new Error(`staging ring of ${source.label} must have a requested copy, got none`);
      await target.mapAsync(1); // GPUMapMode.READ
      const copy = target.getMappedRange().slice(0);
      target.unmap();
      free.push(target);
      return copy;
    },
    destroy: () => ledger.destroyAll(),
  };
}
