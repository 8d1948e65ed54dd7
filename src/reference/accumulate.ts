import type { Buffers, Call } from './options.ts';

export interface AccumulateOptions {
  readonly elements: number;
}

/** accumulated += source; the first micro-batch overwrites. */
export function accumulate(options: AccumulateOptions, call: Call, buffers: Buffers): void {
  const { source, accumulated } = buffers;
  for (let i = 0; i < options.elements; i++) accumulated[i] = (call.first === 1 ? 0 : accumulated[i]) + source[i];
}
