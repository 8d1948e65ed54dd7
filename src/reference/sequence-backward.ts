import type { Buffers, Call, RecurrentBackwardOptions } from './options.ts';
import { stepBackward } from './step-backward.ts';

/** BPTT from call.end - 1 down to call.begin, of every cell but GRU reset-before. */
export function sequenceBackward(options: RecurrentBackwardOptions, call: Call, buffers: Buffers): void {
  for (let t = call.end - 1; t >= call.begin; t--) stepBackward(options, { ...call, begin: t, end: t + 1 }, buffers);
}
