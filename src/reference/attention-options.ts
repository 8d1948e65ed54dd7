/** What the twins of attention share: their sizes and where an element lies. */
import type { Call } from './options.ts';

export interface AttentionShape {
  readonly kind: 'additive' | 'multiplicative';
  readonly batch: number;
  /** T, time steps of the decoder. */
  readonly targetSteps: number;
  /** S, time steps of the encoder, of which lengths[b] are real. */
  readonly sourceSteps: number;
  /** A, the width of queries and keys. */
  readonly attentionSize: number;
  /** C, the width of values and context. */
  readonly valueSize: number;
  /** Factor of multiplicative scores. */
  readonly scale: number;
}

/** Calls `visit` for every pair of a decoder step and a real encoder step; `query` and `key` number the rows [T, B] and [S, B], `pair` is t, b, s in the alignment. */
export function forPairs(
  { batch, targetSteps, sourceSteps }: Pick<AttentionShape, 'batch' | 'targetSteps' | 'sourceSteps'>,
  lengths: ArrayLike<number>,
  call: Call,
  visit: (query: number, key: number, pair: number) => void,
): void {
  const stride = alignmentStride(sourceSteps);
  for (let query = 0; query < targetSteps * batch; query++) {
    const b = query % batch;
    for (let s = 0; s < lengths[call.lengths + b]; s++) visit(query, s * batch + b, query * stride + s);
  }
}

/** From one row of the alignment [T, B, S padded] to the next. */
export const alignmentStride = (sourceSteps: number): number => Math.ceil(sourceSteps / 4) * 4;
