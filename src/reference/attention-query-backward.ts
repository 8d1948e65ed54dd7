import { type AttentionShape, forPairs } from './attention-options.ts';
import type { Buffers, Call } from './options.ts';

export type AttentionQueryBackwardOptions = Omit<AttentionShape, 'valueSize'>;

/** queryGradient [T, B, A] from scoreGradient; additive: also weightRows [T, B, A], whose sum over t and b is the gradient of v. */
export function attentionQueryBackward(options: AttentionQueryBackwardOptions, call: Call, buffers: Buffers): void {
  const { kind, batch, targetSteps, attentionSize, scale } = options;
  const { queries, keys, parameters, lengths, scoreGradient, queryGradient, weightRows } = buffers;
  const elements = targetSteps * batch * attentionSize;
  queryGradient.fill(0, call.queryGradient, call.queryGradient + elements);
  if (kind === 'additive') weightRows.fill(0, call.weightRows, call.weightRows + elements);
  forPairs(options, lengths, call, (query, key, pair) => {
    const gradient = scoreGradient[call.scoreGradient + pair];
    for (let a = 0; a < attentionSize; a++) {
      const place = query * attentionSize + a;
      const k = keys[call.keys + key * attentionSize + a];
      if (kind === 'multiplicative') {
        queryGradient[call.queryGradient + place] += scale * gradient * k;
      } else {
        const h = Math.tanh(queries[call.queries + place] + k);
        queryGradient[call.queryGradient + place] += gradient * parameters[call.score + a] * (1 - h * h);
        weightRows[call.weightRows + place] += gradient * h;
      }
    }
  });
}
