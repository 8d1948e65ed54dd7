import { gruBlendBackward } from './cell.ts';
import type { Buffers, Call, RecurrentBackwardOptions } from './options.ts';
import { recurrentGradient } from './recurrent-sums.ts';

/** Only r and z multiply h_previous itself; n's share comes through the carry. */
const recurrentPlanes = [
  { gate: 0, plane: 0 },
  { gate: 1, plane: 1 },
];

/** GRU reset-before at t = call.begin, backward, first half: dh, then dz and dn in planes 1 and 2, carry := dh z. */
export function gruBeforeCandidateBackward(options: RecurrentBackwardOptions, call: Call, buffers: Buffers): void {
  const { batch, hiddenSize, timeSteps } = options;
  const { gates, states, outputGradient, carry } = buffers;
  const t = call.begin;
  for (let b = 0; b < batch; b++) {
    for (let j = 0; j < hiddenSize; j++) {
      const previous = (t * batch + b) * hiddenSize + j;
      const plane = (t * batch + b) * 4 * hiddenSize + j;
      let hiddenGradient = outputGradient[previous];
      if (t < timeSteps - 1) {
        hiddenGradient += recurrentGradient(options, call, buffers, t + 1, b, recurrentPlanes, j) + carry[b * hiddenSize + j];
      }
      outputGradient[previous] = hiddenGradient;
      const blend = gruBlendBackward(gates[plane + hiddenSize], gates[plane + 2 * hiddenSize], states[previous], hiddenGradient);
      gates[plane + hiddenSize] = blend.update;
      gates[plane + 2 * hiddenSize] = blend.candidate;
      carry[b * hiddenSize + j] = blend.carry;
    }
  }
}
