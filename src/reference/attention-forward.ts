import { type AttentionShape, alignmentStride, forPairs } from './attention-options.ts';
import type { Buffers, Call } from './options.ts';

/** alignment = softmax over the real source steps of the scores, 0 elsewhere; context[t, b] = sum over s of alignment · values[s, b]. */
export function attentionForward(options: AttentionShape, call: Call, buffers: Buffers): void {
  const { kind, batch, targetSteps, sourceSteps, attentionSize, valueSize, scale } = options;
  const { queries, keys, values, parameters, lengths, alignment, context } = buffers;
  const rows = targetSteps * batch;
  const stride = alignmentStride(sourceSteps);
  alignment.fill(0, call.alignment, call.alignment + rows * stride);
  context.fill(0, call.context, call.context + rows * valueSize);
  const highest = new Float64Array(rows).fill(-Infinity);
  const total = new Float64Array(rows);
  forPairs(options, lengths, call, (query, key, pair) => {
    let score = 0;
    for (let a = 0; a < attentionSize; a++) {
      const q = queries[call.queries + query * attentionSize + a];
      const k = keys[call.keys + key * attentionSize + a];
      score += kind === 'additive' ? parameters[call.score + a] * Math.tanh(q + k) : scale * q * k;
    }
    alignment[call.alignment + pair] = score;
    highest[query] = Math.max(highest[query], score);
  });
  forPairs(options, lengths, call, (query, _, pair) => {
    alignment[call.alignment + pair] = Math.exp(alignment[call.alignment + pair] - highest[query]);
    total[query] += alignment[call.alignment + pair];
  });
  forPairs(options, lengths, call, (query, key, pair) => {
    alignment[call.alignment + pair] /= total[query];
    for (let c = 0; c < valueSize; c++) {
      context[call.context + query * valueSize + c] += alignment[call.alignment + pair] * values[call.values + key * valueSize + c];
    }
  });
}
