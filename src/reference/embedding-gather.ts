import type { Buffers, Call } from './options.ts';

export interface EmbeddingGatherOptions {
  readonly positions: number;
  readonly vocabulary: number;
  /** Padded columns of embedding.weight. */
  readonly embedding: number;
}

/** embedded[p] = the row of embedding.weight of tokens[call.tokens + p]. */
export function embeddingGather({ positions, vocabulary, embedding }: EmbeddingGatherOptions, call: Call, buffers: Buffers): void {
  const { tokens, parameters, embedded } = buffers;
  for (let p = 0; p < positions; p++) {
    // An id outside the vocabulary reads as the last one.
    const token = Math.min(tokens[call.tokens + p], vocabulary - 1);
    for (let i = 0; i < embedding; i++) embedded[call.out + p * embedding + i] = parameters[call.embedding + token * embedding + i];
  }
}
