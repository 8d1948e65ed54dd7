/**
 * Layer normalisation (Ba, Kiros and Hinton 2016) within the recurrence: LN(x) = gain (x - mean) / sqrt(variance + 1e-5) over a whole row.
 *
 *     z = LN(W x) + LN(U h) + b     h = o tanh(LN(c)), which has a bias too
 *
 * over all gates of a row at once (GRU reset before: r and z, then n). norms holds, one behind the other, for N = T·B positions:
 *   dL/d(U h)            [N, P·H], planes as those of gates: what the next turn's product and dU read
 *   U h, then normalised [N, G·H]
 *   LSTM: c normalised   [N, H], and dL/d(LN(c)) [N, H]
 *   statistics           [N, 4]: 1 / deviation of the first product, of the second, and of c; where rows end, 1 before the end and 0 past it, which spares
 *                        the reverse kernels a buffer
 * Means and variances take two passes, so that rows far from zero lose nothing.
 */
import { f32, wgsl } from '../wgsl.ts';
import { CELLS, type CellKind } from './cell.ts';
import { declareRowSums, type OwnedRows } from './row-sums.ts';

export const LAYER_NORM_EPSILON = 1e-5;

export interface LayerNormShape {
  /** Units without padding, which no mean and no variance counts. */
  readonly units: number;
  readonly timeSteps: number;
}

/** What a recurrent kernel adds: where the gains of U h, the gain of c and its bias begin. */
export const LAYER_NORM_UNIFORMS = ['gainHidden', 'gainCell', 'biasCell'];

/** Gates whose recurrent products are normalised together. */
export const NORM_GROUPS: Readonly<Record<CellKind, readonly (readonly number[])[]>> = {
  'rnn-tanh': [[0]],
  'rnn-relu': [[0]],
  gru: [[0, 1, 2]],
  'gru-before': [[0, 1], [2]],
  lstm: [[0, 1, 2, 3]],
};

export interface NormsPlaces {
  readonly normed: number;
  readonly cellNormed: number;
  readonly cellDelta: number;
  readonly statistics: number;
  readonly elements: number;
}

/** Where each part of norms begins, in elements; dL/d(U h) is the first. */
export function normsPlaces(cell: CellKind, positions: number, hiddenSize: number): NormsPlaces {
  const { gates, planes, hasCell } = CELLS[cell];
  const ofCell = hasCell ? positions * hiddenSize : 0;
  const normed = positions * planes * hiddenSize;
  const cellNormed = normed + positions * gates * hiddenSize;
  const cellDelta = cellNormed + ofCell;
  const statistics = cellDelta + ofCell;
  return { normed, cellNormed, cellDelta, statistics, elements: statistics + 4 * positions };
}

/** real(unit, x): x without padding. */
export const declareReal = (units: number, hiddenSize: number): string =>
  units === hiddenSize
    ? 'fn real(unit: u32, x: vec4f) -> vec4f { return x; }'
    : `fn real(unit: u32, x: vec4f) -> vec4f { return select(vec4f(), x, vec4u(unit * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(${units}u)); }`;

/** WGSL of 1 / sqrt(variance + epsilon), from a sum of squares over `count` numbers. */
export const inverseDeviation = (squares: string, count: number): string =>
  `1.0f / sqrt(${squares} * ${f32(1 / count)} + ${f32(LAYER_NORM_EPSILON)})`;

/** What the recurrent kernels have in common; `source`: the buffer with gains and biases. */
export function declareLayerNorm(
  { cell, batch, hiddenSize, layerNorm: { units, timeSteps } }: NormedLayer,
  owned: OwnedRows,
  source: 'weights' | 'parameters',
): string {
  const { normed, cellNormed, cellDelta, statistics } = normsPlaces(cell, batch * timeSteps, hiddenSize);
  return wgsl`
const NORMED = ${normed / 4}u;
const STATISTICS = ${statistics / 4}u;
${declareRowSums(owned)}
${declareReal(units, hiddenSize)}

fn gain_hidden(gate: u32, unit: u32) -> vec4f { return ${source}[call.gainHidden / 4u + gate * UNITS + unit]; }
#if ${CELLS[cell].hasCell}
const CELL_NORMED = ${cellNormed / 4}u;
const CELL_DELTA = ${cellDelta / 4}u;

fn gain_cell(unit: u32) -> vec4f { return ${source}[call.gainCell / 4u + unit]; }

/** state: the place of (t, row, unit) in states. */
fn normed_cell(state: u32) -> vec4f {
  return gain_cell(state % UNITS) * norms[CELL_NORMED + state] + ${source}[call.biasCell / 4u + state % UNITS];
}
#endif`;
}

export interface NormedLayer {
  readonly cell: CellKind;
  readonly batch: number;
  readonly hiddenSize: number;
  readonly layerNorm: LayerNormShape;
}

/** Runs a statement for every (b, row, unit) that the thread owns. */
export type Each = (body: string) => string;

/** The place of a gate's number in the normalised product; `position` and `unit` are known. */
export const normedAt = (cell: CellKind, gate: number): string =>
  `norms[NORMED + (position * ${CELLS[cell].gates}u + ${gate}u) * UNITS + unit]`;
