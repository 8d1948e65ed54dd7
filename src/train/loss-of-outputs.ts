import type { CodedBatch } from '../data/coders/coder.ts';
import type { ModelSpec } from '../spec/model.ts';

/**
 * The loss of outputs [T, B, V] (many-to-one: [B, V]) that were read back, as the training defines it, without label smoothing.
 *
 * @param sizes rows of the batch, and how many of them count, the first ones
 * @returns the mean over the targets that count, and how many do
 */
export function lossOf(
  { output: { kind, classes }, architecture, decoder }: ModelSpec,
  output: Float32Array,
  { target, lengths }: CodedBatch,
  sizes: { readonly batch: number; readonly rows: number },
): { readonly loss: number; readonly count: number } {
  const { batch, rows } = sizes;
  const positions = output.length / classes;
  // of what is written, targets of -1 mark the end; lengths are those of what was read
  const ends = decoder ? undefined : lengths;
  let sum = 0;
  let count = 0;
  for (let position = 0; position < positions; position++) {
    const row = architecture === 'many-to-one' ? position : position % batch;
    const t = architecture === 'many-to-one' ? 0 : Math.floor(position / batch);
    if (row >= rows || (ends && t >= ends[row])) continue;
    const logits = output.subarray(position * classes, (position + 1) * classes);
    if (kind === 'softmax') {
      if (target[position] < 0) continue;
      sum += logSumExp(logits) - logits[target[position]];
      count++;
      continue;
    }
    for (let index = 0; index < classes; index++) {
      const wanted = target[position * classes + index];
      sum += kind === 'linear' ? (logits[index] - wanted) ** 2 : sigmoidLoss(logits[index], wanted);
      count++;
    }
  }
  return { loss: count === 0 ? 0 : sum / count, count };
}

function logSumExp(values: Float32Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) most = Math.max(most, value);
  let sum = 0;
  for (const value of values) sum += Math.exp(value - most);
  return most + Math.log(sum);
}

/** Binary cross entropy from the logit. */
const sigmoidLoss = (logit: number, wanted: number): number => Math.max(logit, 0) - logit * wanted + Math.log1p(Math.exp(-Math.abs(logit)));
