import type { Buffers, Call } from './options.ts';

export interface SumPartsOptions {
  readonly elements: number;
  readonly parts: number;
  /** From one part to the next, in elements. */
  readonly stride: number;
}

/** out[i] = sum over the parts. */
export function sumParts(options: SumPartsOptions, call: Call, buffers: Buffers): void {
  const { parts, out } = buffers;
  for (let i = 0; i < options.elements; i++) {
    let sum = 0;
    for (let part = 0; part < options.parts; part++) sum += parts[call.parts + part * options.stride + i];
    out[call.out + i] = sum;
  }
}
