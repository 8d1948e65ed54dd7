import { type AttentionShape, alignmentStride } from './attention-options.ts';
import type { Buffers, Call } from './options.ts';

export interface AttentionSourceBackwardOptions extends AttentionShape {
  /** `values`: the keys are the values, whose gradient gets both sums. */
  readonly keys: 'own' | 'values';
  /** valueGradient keeps what it holds and gets more. */
  readonly accumulate: boolean;
}

/** valueGradient [S, B, C] = sum over t of alignment · contextGradient; keyGradient [S, B, A] = sum over t of scoreGradient · (slope of the score in the key). */
export function attentionSourceBackward(options: AttentionSourceBackwardOptions, call: Call, buffers: Buffers): void {
  const { kind, batch, targetSteps, sourceSteps, attentionSize, valueSize, scale } = options;
  const { queries, keys, parameters, alignment, scoreGradient, contextGradient, keyGradient, valueGradient } = buffers;
  const isOwn = options.keys === 'own';
  const stride = alignmentStride(sourceSteps);
  for (let key = 0; key < sourceSteps * batch; key++) {
    const b = key % batch;
    const s = (key - b) / batch;
    for (let c = 0; c < valueSize; c++) {
      const place = call.valueGradient + key * valueSize + c;
      let sum = options.accumulate ? valueGradient[place] : 0;
      for (let query = b; query < targetSteps * batch; query += batch) {
        sum += alignment[call.alignment + query * stride + s] * contextGradient[call.contextGradient + query * valueSize + c];
        if (!isOwn)
          sum += scale * scoreGradient[call.scoreGradient + query * stride + s] * queries[call.queries + query * attentionSize + c];
      }
      valueGradient[place] = sum;
    }
    for (let a = 0; isOwn && a < attentionSize; a++) {
      let sum = 0;
      for (let query = b; query < targetSteps * batch; query += batch) {
        const gradient = scoreGradient[call.scoreGradient + query * stride + s];
        const q = queries[call.queries + query * attentionSize + a];
        if (kind === 'multiplicative') {
          sum += scale * gradient * q;
        } else {
          const h = Math.tanh(q + keys[call.keys + key * attentionSize + a]);
          sum += gradient * parameters[call.score + a] * (1 - h * h);
        }
      }
      keyGradient[call.keyGradient + key * attentionSize + a] = sum;
    }
  }
}
