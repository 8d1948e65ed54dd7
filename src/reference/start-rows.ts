import { type Buffers, type Call, controlStarts } from './options.ts';

export interface StartRowsOptions {
  readonly batch: number;
  readonly hiddenSize: number;
  /** Control says which rows start anew; false: all do. */
  readonly chosen: boolean;
}

/** Whether row b starts from its initial state. */
export const startsAnew = ({ batch, chosen }: StartRowsOptions, call: Call, { control }: Buffers, b: number): boolean =>
  !chosen || control[call.control + controlStarts + 3 * batch + b] !== 0;

/** states[b] = the learned vector, for each row b that starts anew. */
export function startRows(options: StartRowsOptions, call: Call, buffers: Buffers): void {
  const { batch, hiddenSize } = options;
  const { weights, states } = buffers;
  for (let b = 0; b < batch; b++)
    if (startsAnew(options, call, buffers, b)) states.set(weights.subarray(call.weights, call.weights + hiddenSize), b * hiddenSize);
}
