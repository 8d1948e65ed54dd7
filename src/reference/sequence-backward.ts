import type { Buffers, Call, RecurrentBackwardOptions } from './options.ts';
import { stepBackward } from './step-backward.ts';
import { stepClipBackward } from './step-clip-backward.ts';

/** The turns of BPTT from call.end - 1 down to call.begin, of every cell but GRU reset-before. */
export function sequenceBackward(options: RecurrentBackwardOptions, call: Call, buffers: Buffers): void {
  for (let turn = call.end - 1; turn >= call.begin; turn--) {
    const step = { ...call, begin: turn, end: turn + 1 };
    stepBackward(options, step, buffers);
    if (options.clip?.norm && (turn > 0 || !options.initial)) stepClipBackward(options, step, buffers);
  }
}
