// What plain WGSL reaches on this adapter: GFLOP/s of fp32 matrix products, microseconds of a dispatch, a pass, a submit, a read-back.
import { type GemmResult, measureGemm } from './gemm.ts';
import { measureOverhead } from './overhead.ts';

export interface Ceiling {
  readonly adapter: string;
  readonly gemm: Readonly<Record<string, GemmResult>>;
  /** Microseconds each. */
  readonly us: Readonly<Record<string, number>>;
}

export async function ceiling(): Promise<Ceiling> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('no WebGPU adapter');
  const device = await adapter.requestDevice();
  const gemm = {
    ...(await measureGemm(device, 256, 256, 1024)),
    ...(await measureGemm(device, 64, 256, 64)),
    ...(await measureGemm(device, 64, 1024, 256)),
  };
  const us = await measureOverhead(device);
  device.destroy();
  return { adapter: `${adapter.info.vendor} ${adapter.info.architecture}`, gemm, us };
}
