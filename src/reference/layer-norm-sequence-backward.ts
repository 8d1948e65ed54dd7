import { gruBeforeCandidateBackward } from './gru-before-candidate-backward.ts';
import { layerNormStepBackward, type NormedReverseOptions } from './layer-norm-step-backward.ts';
import type { Buffers, Call } from './options.ts';
import { recurrentGradient } from './recurrent-sums.ts';
import { stepBackward } from './step-backward.ts';

/** The turns call.end - 1 down to call.begin: each product of the gradients that the later turn has left in norms, and the turn behind it. */
export function layerNormSequenceBackward(options: NormedReverseOptions, call: Call, buffers: Buffers): void {
  const { batch, cell, hiddenSize, initial } = options;
  const isBefore = cell === 'gru-before';
  // the half of a turn that ends with the product
  const half = { ...options, clip: { value: false, norm: true } };
  const products = { ...buffers, gates: buffers.norms };
  for (let turn = call.end - 1; turn >= call.begin; turn--) {
    const step = { ...call, begin: turn, end: turn + 1 };
    (isBefore ? gruBeforeCandidateBackward : stepBackward)(half, step, products);
    if (initial && turn === 0) continue;
    if (isBefore) {
      layerNormStepBackward({ ...options, half: 'candidate' }, step, buffers);
      const t = initial ? turn - 1 : turn;
      for (let b = 0; b < batch; b++)
        for (let j = 0; j < hiddenSize; j++)
          buffers.carry[(batch + b) * hiddenSize + j] = recurrentGradient(options, call, products, t, b, [{ gate: 2, plane: 2 }], j);
    }
    layerNormStepBackward({ ...options, half: 'gates' }, step, buffers);
  }
}
