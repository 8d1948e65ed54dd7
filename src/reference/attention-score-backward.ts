import { type AttentionShape, alignmentStride, forPairs } from './attention-options.ts';
import type { Buffers, Call } from './options.ts';

export type AttentionScoreBackwardOptions = Omit<AttentionShape, 'kind' | 'scale' | 'attentionSize'>;

/** scoreGradient[t, b, s] = a[s] (da[s] - sum over s' of a[s'] da[s']) with da = contextGradient · values; 0 past the length. */
export function attentionScoreBackward(options: AttentionScoreBackwardOptions, call: Call, buffers: Buffers): void {
  const { batch, targetSteps, sourceSteps, valueSize } = options;
  const { values, lengths, alignment, contextGradient, scoreGradient } = buffers;
  const rows = targetSteps * batch;
  scoreGradient.fill(0, call.scoreGradient, call.scoreGradient + rows * alignmentStride(sourceSteps));
  const mean = new Float64Array(rows);
  forPairs(options, lengths, call, (query, key, pair) => {
    let slope = 0;
    for (let c = 0; c < valueSize; c++) {
      slope += contextGradient[call.contextGradient + query * valueSize + c] * values[call.values + key * valueSize + c];
    }
    scoreGradient[call.scoreGradient + pair] = slope;
    mean[query] += alignment[call.alignment + pair] * slope;
  });
  forPairs(options, lengths, call, (query, _, pair) => {
    const slope = scoreGradient[call.scoreGradient + pair];
    scoreGradient[call.scoreGradient + pair] = alignment[call.alignment + pair] * (slope - mean[query]);
  });
}
