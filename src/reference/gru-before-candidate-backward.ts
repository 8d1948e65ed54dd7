import { gruBlendBackward } from './cell.ts';
import { type Buffers, type Call, hasEnded, type RecurrentBackwardOptions } from './options.ts';
import { hiddenGradientOf, passThrough } from './reverse-turn.ts';

/** Only r and z multiply h_previous itself; n's share comes through the carry. */
const recurrentPlanes = [
  { gate: 0, plane: 0 },
  { gate: 1, plane: 1 },
];

/** GRU reset-before, turn call.begin of BPTT, first half: dh, then dz and dn in planes 1 and 2, carry := dh z. */
export function gruBeforeCandidateBackward(options: RecurrentBackwardOptions, call: Call, buffers: Buffers): void {
  const { batch, hiddenSize } = options;
  const { gates, states, outputGradient, carry } = buffers;
  const row = options.initial ? call.begin : call.begin + 1;
  const t = row - 1;
  for (let b = 0; b < batch; b++) {
    for (let j = 0; j < hiddenSize; j++) {
      const next = (row * batch + b) * hiddenSize + j;
      const hiddenGradient = hiddenGradientOf({ ...options, cell: 'gru-before' }, call, buffers, row, b, recurrentPlanes, j);
      outputGradient[next] = hiddenGradient;
      if (row === 0) continue;
      if (hasEnded(options, buffers, t, b)) {
        passThrough({ ...options, cell: 'gru-before' }, buffers, row, b, j);
        continue;
      }
      const previous = next - batch * hiddenSize;
      const plane = (t * batch + b) * 4 * hiddenSize + j;
      const blend = gruBlendBackward(gates[plane + hiddenSize], gates[plane + 2 * hiddenSize], states[previous], hiddenGradient);
      gates[plane + hiddenSize] = blend.update;
      gates[plane + 2 * hiddenSize] = blend.candidate;
      carry[b * hiddenSize + j] = blend.carry;
    }
  }
}
