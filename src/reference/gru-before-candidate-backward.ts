import type { Buffers, Call, RecurrentBackwardOptions } from './options.ts';
import { halfTurn } from './step-backward.ts';

/** Only r and z multiply h_previous itself; n's share comes through the carry. */
const recurrentPlanes = [
  { gate: 0, plane: 0 },
  { gate: 1, plane: 1 },
];

/** GRU reset-before, turn call.begin of BPTT, first half: dh, then (unless its norm must be known first) dz and dn in planes 1 and 2, carry := dh z. */
export function gruBeforeCandidateBackward(options: RecurrentBackwardOptions, call: Call, buffers: Buffers): void {
  halfTurn({ ...options, cell: 'gru-before' }, call, buffers, recurrentPlanes);
}
