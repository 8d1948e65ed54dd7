import { gruBeforeCandidateBackward } from './gru-before-candidate-backward.ts';
import { gruBeforeGatesBackward } from './gru-before-gates-backward.ts';
import type { Buffers, Call, RecurrentBackwardOptions } from './options.ts';

/** GRU reset-before, BPTT from call.end - 1 down to call.begin. */
export function gruBeforeSequenceBackward(options: RecurrentBackwardOptions, call: Call, buffers: Buffers): void {
  for (let t = call.end - 1; t >= call.begin; t--) {
    const step = { ...call, begin: t, end: t + 1 };
    gruBeforeCandidateBackward(options, step, buffers);
    gruBeforeGatesBackward(options, step, buffers);
  }
}
