import type { Buffers, Call, RecurrentBackwardOptions } from './options.ts';
import { stepBackward } from './step-backward.ts';

/** The turns of BPTT from call.end - 1 down to call.begin, of every cell but GRU reset-before. */
export function sequenceBackward(options: RecurrentBackwardOptions, call: Call, buffers: Buffers): void {
  for (let turn = call.end - 1; turn >= call.begin; turn--) stepBackward(options, { ...call, begin: turn, end: turn + 1 }, buffers);
}
