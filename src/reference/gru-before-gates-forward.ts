import { gruReset, sigmoid } from './cell.ts';
import { type Buffers, type Call, operandOf, type RecurrentForwardOptions } from './options.ts';
import { inputSum, recurrentSum } from './recurrent-sums.ts';

/** GRU reset-before at t = call.begin, first half: r, z and r h_previous, into planes 0, 1 and 3. */
export function gruBeforeGatesForward(options: RecurrentForwardOptions, call: Call, buffers: Buffers): void {
  const { batch, hiddenSize } = options;
  const { gates } = buffers;
  const t = call.begin;
  for (let b = 0; b < batch; b++) {
    const previous = (t * batch + b) * hiddenSize;
    for (let j = 0; j < hiddenSize; j++) {
      const plane = (t * batch + b) * 4 * hiddenSize + j;
      const sum = (g: number) =>
        inputSum(options, call, buffers, t, b, g, j) + recurrentSum(options, call, buffers, operandOf(options, buffers), previous, g, j);
      const reset = sigmoid(sum(0));
      gates[plane] = reset;
      gates[plane + hiddenSize] = sigmoid(sum(1));
      gates[plane + 3 * hiddenSize] = gruReset(reset, operandOf(options, buffers)[previous + j]);
    }
  }
}
