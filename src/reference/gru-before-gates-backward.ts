import { gruResetBackward } from './cell.ts';
import type { Buffers, Call, RecurrentBackwardOptions } from './options.ts';
import { recurrentMask } from './recurrent-noise.ts';
import { recurrentGradient } from './recurrent-sums.ts';

const candidatePlanes = [{ gate: 2, plane: 2 }];

/** GRU reset-before, turn call.begin of BPTT (never the initial state's), second half: dr in plane 0 (it held r), carry += d(r h_previous) r. */
export function gruBeforeGatesBackward(options: RecurrentBackwardOptions, call: Call, buffers: Buffers): void {
  const { batch, hiddenSize } = options;
  const { gates, states, carry } = buffers;
  const t = options.initial ? call.begin - 1 : call.begin;
  for (let b = 0; b < batch; b++) {
    for (let j = 0; j < hiddenSize; j++) {
      const previous = (t * batch + b) * hiddenSize + j;
      const plane = (t * batch + b) * 4 * hiddenSize + j;
      const resetGradient =
        recurrentMask(options, call, buffers, b, j) * recurrentGradient(options, call, buffers, t, b, candidatePlanes, j);
      const unit = gruResetBackward(gates[plane], states[previous], resetGradient);
      gates[plane] = unit.reset;
      carry[b * hiddenSize + j] += unit.carry;
    }
  }
}
