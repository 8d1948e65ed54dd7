import type { Buffers, Call } from './options.ts';

export interface AccumulateOptions {
  readonly elements: number;
}

/** accumulated += source, each from its own offset on; the first micro-batch overwrites. */
export function accumulate(options: AccumulateOptions, call: Call, buffers: Buffers): void {
  const { source, accumulated } = buffers;
  for (let i = 0; i < options.elements; i++) {
    const place = call.accumulated + i;
    accumulated[place] = (call.first === 1 ? 0 : accumulated[place]) + source[call.source + i];
  }
}
