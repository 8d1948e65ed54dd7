import { gruBlend } from './cell.ts';
import { type Buffers, type Call, hasEnded, type RecurrentForwardOptions } from './options.ts';
import { finishStep } from './recurrent-noise.ts';
import { inputSum, recurrentSum } from './recurrent-sums.ts';

/** GRU reset-before at t = call.begin, second half: n into plane 2, and the next state. */
export function gruBeforeCandidateForward(options: RecurrentForwardOptions, call: Call, buffers: Buffers): void {
  const { batch, hiddenSize } = options;
  const { gates, states } = buffers;
  const t = call.begin;
  for (let b = 0; b < batch; b++) {
    const previous = (t * batch + b) * hiddenSize;
    const row = (t * batch + b) * 4 * hiddenSize;
    for (let j = 0; j < hiddenSize; j++) {
      if (hasEnded(options, buffers, t, b)) {
        states[previous + batch * hiddenSize + j] = states[previous + j];
        continue;
      }
      const recurrent = recurrentSum(options, call, buffers, gates, row + 3 * hiddenSize, 2, j);
      const candidate = Math.tanh(inputSum(options, call, buffers, t, b, 2, j) + recurrent);
      gates[row + 2 * hiddenSize + j] = candidate;
      states[previous + batch * hiddenSize + j] = gruBlend(gates[row + hiddenSize + j], candidate, states[previous + j]);
    }
    finishStep({ ...options, cell: 'gru-before' }, call, buffers, t, b, hasEnded(options, buffers, t, b));
  }
}
