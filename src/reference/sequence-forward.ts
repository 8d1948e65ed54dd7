import type { Buffers, Call, RecurrentForwardOptions } from './options.ts';
import { firstOperand } from './recurrent-noise.ts';
import { stepForward } from './step-forward.ts';

/** The time steps call.begin to call.end (exclusive) of every cell but GRU reset-before. */
export function sequenceForward(options: RecurrentForwardOptions, call: Call, buffers: Buffers): void {
  firstOperand(options, call, buffers, call.begin);
  for (let t = call.begin; t < call.end; t++) stepForward(options, { ...call, begin: t, end: t + 1 }, buffers);
}
