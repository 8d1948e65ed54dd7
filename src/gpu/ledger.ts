/** Every GPU allocation of one owner, by label: what lives can be asked at any time, and nothing is left behind. */
export interface Ledger {
  readonly device: GPUDevice;
  /** Bytes alive. */
  readonly bytes: number;
  create(label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer;
  destroy(buffer: GPUBuffer): void;
  destroyAll(): void;
}

export function createLedger(device: GPUDevice): Ledger {
  const alive = new Set<GPUBuffer>();
  let bytes = 0;
  const destroy = (buffer: GPUBuffer): void => {
    if (!alive.delete(buffer)) return;
    bytes -= buffer.size;
    buffer.destroy();
  };
  return {
    device,
    get bytes() {
      return bytes;
    },
    create(label, size, usage) {
      const buffer = device.createBuffer({ label, size: Math.max(4, size), usage });
      alive.add(buffer);
      bytes += buffer.size;
      return buffer;
    },
    destroy,
    destroyAll() {
      for (const buffer of [...alive]) destroy(buffer);
    },
  };
}

/** Usage of tensors: kernels read and write them, the host copies in and out. */
export const TENSOR_USAGE = 0x80 | 0x04 | 0x08; // GPUBufferUsage.STORAGE | COPY_SRC | COPY_DST, as numbers because Node has no globals
export const UNIFORM_USAGE = 0x40 | 0x08;
export const STAGING_USAGE = 0x01 | 0x08;
