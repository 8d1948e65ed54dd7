import type { Buffers, Call } from './options.ts';

export interface SegmentSumOptions {
  /** V, the number of segments. */
  readonly classes: number;
  /** N, columns summed. */
  readonly columns: number;
  /** From one row of `source` to the next. */
  readonly stride: number;
  /** Writes [N, V] instead of [V, N]. */
  readonly transposed: boolean;
  readonly outStride: number;
  /** Adds to what `gradients` holds; default false. */
  readonly accumulate?: boolean;
}

/** gradients[v, n] = sum of source[position, n] over the positions of token v, in listed order; or added to it. */
export function segmentSum(options: SegmentSumOptions, call: Call, buffers: Buffers): void {
  const { order, segments, source, gradients } = buffers;
  for (let v = 0; v < options.classes; v++) {
    for (let n = 0; n < options.columns; n++) {
      let sum = 0;
      for (let p = segments[v]; p < segments[v + 1]; p++) sum += source[call.source + order[p] * options.stride + n];
      const index = options.transposed ? n * options.outStride + v : v * options.outStride + n;
      gradients[call.out + index] = sum + (options.accumulate ? gradients[call.out + index] : 0);
    }
  }
}
