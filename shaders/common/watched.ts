/** What of a cell is watched for saturation, and where its numbers lie between the forward and the reverse sweep. */
import type { CellKind } from './cell.ts';

/**
 * `gate`: a sigmoid in (0, 1), closed below 0.01 and open above 0.99. `tanh`: saturated beyond ±0.99. `cell`: the LSTM's c, of which tanh(c) is
 * saturated beyond ±0.99. `relu`: 0, or below what WGSL must hold.
 */
export interface Watched {
  readonly name: string;
  readonly kind: 'gate' | 'tanh' | 'cell' | 'relu';
  /** Plane of gates; absent: the states, or the cells. */
  readonly plane?: number;
}

const gru: readonly Watched[] = [
  { name: 'reset', kind: 'gate', plane: 0 },
  { name: 'update', kind: 'gate', plane: 1 },
  { name: 'candidate', kind: 'tanh', plane: 2 },
];

export const WATCHED: Readonly<Record<CellKind, readonly Watched[]>> = {
  'rnn-tanh': [{ name: 'unit', kind: 'tanh' }],
  'rnn-relu': [{ name: 'unit', kind: 'relu' }],
  gru,
  'gru-before': gru,
  lstm: [
    { name: 'input', kind: 'gate', plane: 0 },
    { name: 'forget', kind: 'gate', plane: 1 },
    { name: 'candidate', kind: 'tanh', plane: 2 },
    { name: 'output', kind: 'gate', plane: 3 },
    { name: 'cell', kind: 'cell' },
  ],
};

/** atanh(0.99) */
const saturatedCell = 2.6466524;

/** Numbers below `low` and above `high` are counted. */
export const LIMITS: Readonly<Record<Watched['kind'], { readonly low: number; readonly high: number }>> = {
  gate: { low: 0.01, high: 0.99 },
  tanh: { low: -0.99, high: 0.99 },
  cell: { low: -saturatedCell, high: saturatedCell },
  relu: { low: 1.1754944e-38, high: 3.4e38 },
};

/** Vectors of counts per four units: how many positions there are, then below and above of each watched thing. */
export const countVectors = (cell: CellKind): number => 1 + 2 * WATCHED[cell].length;
