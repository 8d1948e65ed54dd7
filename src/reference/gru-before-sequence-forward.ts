import { gruBeforeCandidateForward } from './gru-before-candidate-forward.ts';
import { gruBeforeGatesForward } from './gru-before-gates-forward.ts';
import type { Buffers, Call, RecurrentForwardOptions } from './options.ts';
import { firstOperand } from './recurrent-noise.ts';

/** GRU reset-before, the time steps call.begin to call.end (exclusive). */
export function gruBeforeSequenceForward(options: RecurrentForwardOptions, call: Call, buffers: Buffers): void {
  firstOperand(options, call, buffers, call.begin);
  for (let t = call.begin; t < call.end; t++) {
    const step = { ...call, begin: t, end: t + 1 };
    gruBeforeGatesForward(options, step, buffers);
    gruBeforeCandidateForward(options, step, buffers);
  }
}
