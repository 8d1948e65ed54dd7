import { gruBeforeCandidateBackward } from './gru-before-candidate-backward.ts';
import { gruBeforeGatesBackward } from './gru-before-gates-backward.ts';
import type { Buffers, Call, RecurrentBackwardOptions } from './options.ts';
import { stepClipBackward } from './step-clip-backward.ts';

/** GRU reset-before, the turns of BPTT from call.end - 1 down to call.begin. */
export function gruBeforeSequenceBackward(options: RecurrentBackwardOptions, call: Call, buffers: Buffers): void {
  for (let turn = call.end - 1; turn >= call.begin; turn--) {
    const step = { ...call, begin: turn, end: turn + 1 };
    gruBeforeCandidateBackward(options, step, buffers);
    if (turn === 0 && options.initial) continue;
    if (options.clip?.norm) stepClipBackward({ ...options, cell: 'gru-before' }, step, buffers);
    gruBeforeGatesBackward(options, step, buffers);
  }
}
