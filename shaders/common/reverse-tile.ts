/**
 * What the reverse recurrent kernels share: a thread owns `tile.rows` batch rows times `4 * tile.vectors` units of dh
 * and adds the recurrent product of the later step's gate gradients to the gradient that comes from above.
 */
import { type Binding, read, readWrite } from '../kernel.ts';
import { unroll } from '../wgsl.ts';
import { CELLS, type CellKind } from './cell.ts';
import { accumulator, declareAccumulators, forTile, productLoop, storeGuard, type Tile } from './product.ts';

export interface ReverseOptions {
  readonly cell: CellKind;
  readonly batch: number;
  readonly timeSteps: number;
  /** A multiple of 4 and of 4 * tile.vectors. */
  readonly hiddenSize: number;
  readonly tile: Tile;
}

export const BACKWARD_UNIFORMS = ['begin', 'end', 'weightHidden'];

export const BACKWARD_TYPES = {
  parameters: 'array<vec4f>',
  gates: 'array<vec4f>',
  states: 'array<vec4f>',
  cells: 'array<vec4f>',
  outputGradient: 'array<vec4f>',
  carry: 'array<vec4f>',
};

/** parameters holds U [G·H, H] in PyTorch's order; outputGradient [T, B, H] becomes dL/dh; carry [B, H]. */
export function backwardBindings(cell: CellKind): Binding[] {
  const { hasCell, hasCarry } = CELLS[cell];
  return [
    read('parameters'),
    readWrite('gates'),
    read('states'),
    ...(hasCell ? [read('cells')] : []),
    readWrite('outputGradient'),
    ...(hasCarry ? [readWrite('carry')] : []),
  ];
}

export const loadOutputGradient = (tile: Tile): string =>
  declareAccumulators(tile, (row, vector) => `outputGradient[(t * BATCH + row${row}) * UNITS + firstUnit + ${vector}u]`);

export const storeOutputGradient = ({ batch, tile }: ReverseOptions): string =>
  forTile(
    tile,
    (row, vector) =>
      `${storeGuard(batch, tile, row)}{ outputGradient[(t * BATCH + row${row}) * UNITS + firstUnit + ${vector}u] = ${accumulator(row, vector)}; }`,
  );

/** dh += delta[q] * U[q] for the rows of U from gate `firstGate` on; `delta(row)` is the scalar gate gradient of that row at k. */
export function reverseProduct(
  { hiddenSize, tile }: ReverseOptions,
  firstGate: number,
  gates: number,
  delta: (row: number) => string,
): string {
  return productLoop({
    tile,
    inner: gates * hiddenSize,
    load: '',
    left: delta,
    right: (vector) => `parameters[call.weightHidden / 4u + (k + ${firstGate * hiddenSize}u) * UNITS + firstUnit + ${vector}u]`,
  });
}

/** Neighbouring gates whose gradients lie in neighbouring planes: one loop each. */
export function planeRuns(cell: CellKind): readonly { gate: number; plane: number; gates: number }[] {
  const { gates, recurrentPlane } = CELLS[cell];
  const runs: { gate: number; plane: number; gates: number }[] = [];
  for (let gate = 0; gate < gates; gate++) {
    const last = runs.at(-1);
    if (last && recurrentPlane(gate) === last.plane + last.gates) last.gates++;
    else runs.push({ gate, plane: recurrentPlane(gate), gates: 1 });
  }
  return runs;
}

/** The scalar at plane-major place k, counted from plane `plane`, of row `row` at step t + 1. */
export const laterDelta =
  (plane: number) =>
  (row: number): string =>
    `gates[((t + 1u) * BATCH + row${row}) * PLANES * UNITS + ${plane}u * UNITS + (k >> 2u)][k & 3u]`;

/** Copies the recurrent gate gradients of (t, row, unit) into workgroup memory, [gate · unit, row]. */
export const keepDelta = (cell: CellKind, tile: Tile): string => /* wgsl */ `
fn keep(gate: u32, unit: u32, b: u32) {
  ${unroll(
    CELLS[cell].gates,
    (index) => `{ let d = gates[gate + ${CELLS[cell].recurrentPlane(index)}u * PLANE];
    ${unroll(4, (lane) => `delta[((${index}u * UNITS + unit) * 4u + ${lane}u) * ${tile.rows}u + b] = d[${lane}];`)} }`,
  )}
}`;
