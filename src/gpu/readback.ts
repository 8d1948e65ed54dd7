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

/** A ring of staging buffers for one source. */
export interface StagingRing {
  readonly bytes: number;
  /** Encodes a copy. Call the result right after the submit that holds it: it resolves to the contents, whatever else is waiting. */
  request(encoder: GPUCommandEncoder): () => Promise<ArrayBuffer>;
  destroy(): void;
}

export function createStagingRing(device: GPUDevice, source: GPUBuffer, size: number, count = 3): StagingRing {
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
        await target.mapAsync(1); // GPUMapMode.READ
        const copy = target.getMappedRange().slice(0);
        target.unmap();
        free.push(target);
        return copy;
      };
    },
    destroy: () => ledger.destroyAll(),
  };
}
