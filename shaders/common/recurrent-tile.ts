/**
 * What the recurrent kernels share: a thread owns `tile.rows` batch rows times `4 * tile.vectors` neighbouring units, for every gate.
 * The accumulators of gate g, row b and vector n start with the input's part, collect the recurrent product, and end in the gate's plane.
 */

import { type Binding, read, readWrite } from '../kernel.ts';
import { unroll } from '../wgsl.ts';
import { CELLS, type CellKind } from './cell.ts';
import { LAYER_NORM_UNIFORMS, type LayerNormShape } from './layer-norm.ts';
import { forOwnRows } from './own-rows.ts';
import { type LeftOperand, loadedRows, productLoop, type Tile } from './product.ts';
import { operandBindings } from './recurrent-dropout.ts';
import { noiseBindings, noiseLabel, noiseUniforms, type RecurrentNoise } from './recurrent-noise.ts';
import { rowsTogether, type SharedOperands, vectorsTogether } from './shared-tile.ts';
import { LANE, type TilePlace, type TileSums } from './tile-sums.ts';

export interface RecurrentOptions extends RecurrentNoise {
  readonly cell: CellKind;
  readonly batch: number;
  /** A multiple of 4 and of 4 * tile.vectors. */
  readonly hiddenSize: number;
  /** `projected`: x·W + b already lies in gates. `tokens`: one-hot input, rows of weight_ih are gathered here. */
  readonly input: 'projected' | 'tokens';
  readonly recurrentBias: boolean;
  readonly inputBias: boolean;
  /** Rows end at time steps of their own, lengths [B] u32: past its end a row's states hold. */
  readonly lengths?: boolean;
  /** The products are layer-normalised: layer-norm.ts. */
  readonly layerNorm?: LayerNormShape;
  readonly tile: Tile;
}

/** The bindings of every forward recurrent kernel, and their types. */
export function forwardBindings(options: RecurrentOptions): Binding[] {
  const { cell, input, lengths, layerNorm } = options;
  return [
    read('weights'),
    ...(input === 'tokens' ? [read('tokens')] : []),
    ...(lengths ? [read('lengths')] : []),
    readWrite('gates'),
    readWrite('states'),
    ...(CELLS[cell].hasCell ? [readWrite('cells')] : []),
    ...(layerNorm ? [readWrite('norms')] : []),
    ...noiseBindings(options),
    ...operandBindings(options),
  ];
}

export const FORWARD_TYPES = {
  weights: 'array<vec4f>',
  tokens: 'array<u32>',
  lengths: 'array<u32>',
  gates: 'array<vec4f>',
  states: 'array<vec4f>',
  cells: 'array<vec4f>',
  norms: 'array<vec4f>',
  control: 'array<u32>',
  operand: 'array<vec4f>',
};

export const forwardUniforms = (options: RecurrentNoise & { readonly layerNorm?: LayerNormShape }): readonly string[] => [
  'begin',
  'end',
  'weightHidden',
  'biasHidden',
  'weightInput',
  'biasInput',
  ...(options.layerNorm ? LAYER_NORM_UNIFORMS : []),
  ...noiseUniforms(options),
];

/** Constants that every recurrent kernel uses; indices count vec4s. */
export function declareShape(cell: CellKind, batch: number, hiddenSize: number): string {
  const units = hiddenSize / 4;
  return `const BATCH = ${batch}u;
const UNITS = ${units}u;
const PLANE = ${units}u;
const PLANES = ${CELLS[cell].planes}u;
const ROW = ${batch * units}u;`;
}

/** Runs `body` for each row of the tile that exists, in a loop: unrolled activations take seconds to compile on SwiftShader. */
export function forRows(batch: number, tile: Tile, body: string): string {
  if (tile.alone) return forOwnRows(batch, tile, body);
  const guard = batch % rowsTogether(tile) === 0 ? '' : 'if (firstRow + b >= BATCH) { break; }';
  return `for (var b = 0u; b < ${tile.rows}u; b++) {
      ${guard}
      let row = firstRow + b;
      for (var n = 0u; n < ${tile.vectors}u; n++) {
        let unit = firstUnit + n;
        ${body}
      }
    }`;
}

/** The accumulators of these gates. */
export const sumsOfGates = ({ tile }: RecurrentOptions, gates: readonly number[]): TileSums => ({
  tile,
  groups: gates,
  name: (gate, row, vector) => `a${gate}_${row}_${vector}`,
});

const clampedRow = (batch: number, tile: Tile, row: string): string =>
  batch % rowsTogether(tile) === 0 ? `firstRow + ${row}` : `min(firstRow + ${row}, BATCH - 1u)`;

/** Rows of the tile, clamped: rows past the batch repeat the last one and are never stored. row0 and on: all, unless loops run over them; left0 and on: those of `loadedRows`. */
export function declareRows(batch: number, tile: Tile): string {
  const left = tile.shared ? [] : loadedRows(tile);
  return [
    tile.staged ? '' : unroll(tile.rows, (row) => `let row${row} = ${clampedRow(batch, tile, `${row}u`)};`),
    unroll(left.length, (index) => `let left${index} = ${clampedRow(batch, tile, left[index])};`),
  ].join('\n');
}

/** What declares `row`, the row of the batch at a place of the tile, in a loop; unrolled code has row0 and on. */
export const batchRow =
  ({ batch, tile }: { readonly batch: number; readonly tile: Tile }) =>
  ({ row }: TilePlace): string =>
    tile.staged ? `let row = ${clampedRow(batch, tile, row)};` : '';

/** Which row of the left operand a product asks for: its place within the tile, and the row of the batch. */
interface LeftRow {
  readonly inTile: string;
  readonly inBatch: string;
}

/** What a product reads of a row: scalars, and if they lie along k, the vec4 of four. */
export interface LeftRows {
  readonly one: (row: LeftRow, k: string) => string;
  readonly next?: (row: LeftRow, k: string) => string;
}

/** Rows of `buffer`, of vec4s, that begin at `base`. */
export const storedRows = (buffer: string, base: (row: LeftRow) => string): LeftRows => ({
  one: (row, k) => `${buffer}[${base(row)} + (${k} >> 2u)][${k} & 3u]`,
  next: (row, k) => `${buffer}[${base(row)} + (${k} >> 2u)]`,
});

/** Columns of `array`, in workgroup memory, of as many rows as the tile has. */
export const sharedRows = (array: string, { rows }: Tile, first = 0): LeftRows => ({
  one: ({ inTile }, k) => `${array}[${first === 0 ? k : `(${k} + ${first}u)`} * ${rows}u + ${inTile}]`,
});

/** These rows as the left operand of a workgroup that shares it. */
export const sharedOperands = ({ one }: LeftRows, right: SharedOperands['right']): SharedOperands => ({
  left: { one: (row, k) => one({ inTile: row, inBatch: `min(workgroupRow + ${row}, BATCH - 1u)` }, k) },
  right,
});

/** The first unit of the columns that a product reads: the thread's, or the workgroup's. */
export const firstColumn = ({ vectors, shared, alone }: Tile): string =>
  shared ? 'workgroupColumn' : alone ? `firstUnit + ${LANE} * ${vectors}u` : 'firstUnit';

/** These rows as a product's left operand, by the numbers of `loadedRows`. */
export const leftOperand = (tile: Tile, { one, next }: LeftRows): LeftOperand => ({
  one: (row, k) => one(leftRow(tile, row), k),
  ...(next && { next: (row, k) => next(leftRow(tile, row), k) }),
});

const leftRow = (tile: Tile, index: number): LeftRow => ({ inTile: loadedRows(tile)[index], inBatch: `left${index}` });

/** a += h[k] * U[k]: `state` is h. */
export function recurrentProduct(options: RecurrentOptions, gates: readonly number[], state: LeftRows): string {
  const { cell, hiddenSize, tile } = options;
  const sums = sumsOfGates(options, gates);
  const stride = (CELLS[cell].gates * hiddenSize) / 4;
  const columns = gates.flatMap((gate) =>
    Array.from({ length: tile.vectors }, (_, vector) => ({
      sum: (row: number) => sums.name(gate, row, vector),
      right: (k: string) => `weights[recurrent + ${k} * ${stride}u + ${(gate * hiddenSize) / 4 + vector}u]`,
    })),
  );
  const width = vectorsTogether(tile);
  const shared = sharedOperands(
    state,
    (column, k) => `weights[recurrent + ${k} * ${stride}u + (${gates[0]}u + ${column} / ${width}u) * UNITS + ${column} % ${width}u]`,
  );
  const loop = productLoop({ tile, inner: hiddenSize, left: leftOperand(tile, state), columns, shared });
  return `{ let recurrent = call.weightHidden / 4u + ${firstColumn(tile)};
    ${loop} }`;
}

/** What sets a forward kernel apart in its variant. */
export const forwardLabel = (options: RecurrentOptions): string => `${options.lengths ? ' lengths' : ''}${noiseLabel(options)}`;

export const allGates = (cell: CellKind): readonly number[] => Array.from({ length: CELLS[cell].gates }, (_, gate) => gate);
