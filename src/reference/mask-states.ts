import type { Buffers, Call } from './options.ts';
import { firstOperand } from './recurrent-noise.ts';

/** Row 0 of operand: the initial states through the mask of recurrent dropout. */
export const maskStates = (options: { readonly batch: number; readonly hiddenSize: number }, call: Call, buffers: Buffers): void =>
  firstOperand({ ...options, recurrentDropout: true }, call, buffers, 0);
