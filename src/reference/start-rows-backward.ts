import type { Buffers, Call } from './options.ts';
import { type StartRowsOptions, startsAnew } from './start-rows.ts';

/** The learned vector's gradient: the sum of those of the rows that start anew. */
export function startRowsBackward(options: StartRowsOptions, call: Call, buffers: Buffers): void {
  const { batch, hiddenSize } = options;
  const { gradient, gradients } = buffers;
  for (let j = 0; j < hiddenSize; j++) {
    let sum = 0;
    for (let b = 0; b < batch; b++) if (startsAnew(options, call, buffers, b)) sum += gradient[b * hiddenSize + j];
    gradients[call.gradients + j] = sum;
  }
}
