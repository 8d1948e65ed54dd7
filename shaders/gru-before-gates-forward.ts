/** One time step of the GRU with reset before, first half: r, z and r∘h_{t-1} (plane 3). Bindings as in `sequence-forward`. */
import { gruBeforeForwardStep } from './common/gru-before-step.ts';
import { storedHidden } from './common/handover.ts';
import { maskPast } from './common/recurrent-dropout.ts';
import type { Kernel } from './kernel.ts';
import type { StepForwardOptions } from './step-forward.ts';

export const gruBeforeGatesForward = (options: StepForwardOptions): Kernel =>
  gruBeforeForwardStep(
    'gru-before-gates-forward',
    { ...options, lengths: false, zoneout: undefined }, // past the end of a row its values are finite and nobody reads them
    [0, 1],
    storedHidden(options),
    `${maskPast(options, 'forward_gates(gate, state)')};`,
  );
