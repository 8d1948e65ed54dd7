/** One time step of the GRU with reset before, second half: n from r∘h_{t-1} (plane 3), and h_t. Bindings as in `sequence-forward`. */

import { nextState } from './common/forward-step.ts';
import { gruBeforeForwardStep } from './common/gru-before-step.ts';
import { storedPast } from './common/handover.ts';
import { storeOperand } from './common/recurrent-dropout.ts';

import type { Kernel } from './kernel.ts';
import type { StepForwardOptions } from './step-forward.ts';

export const gruBeforeCandidateForward = (options: StepForwardOptions): Kernel =>
  gruBeforeForwardStep(
    'gru-before-candidate-forward',
    options,
    [2],
    storedPast,
    `${nextState(options, 'forward_candidate(gate, state)')} states[state + ROW] = h; ${storeOperand(options, 'state + ROW')}`,
  );
