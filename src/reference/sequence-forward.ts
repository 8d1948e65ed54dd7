import type { Buffers, Call, RecurrentForwardOptions } from './options.ts';
import { stepForward } from './step-forward.ts';

/** The time steps call.begin to call.end (exclusive) of every cell but GRU reset-before. */
export function sequenceForward(options: RecurrentForwardOptions, call: Call, buffers: Buffers): void {
  for (let t = call.begin; t < call.end; t++) stepForward(options, { ...call, begin: t, end: t + 1 }, buffers);
}
