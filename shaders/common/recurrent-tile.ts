/**
 * What the recurrent kernels share: a thread owns `tile.rows` batch rows times `4 * tile.vectors` neighbouring units, for every gate.
 * The accumulators of gate g, row b and vector n start with the input's part, collect the recurrent product, and end in the gate's plane.
 */
import { type Binding, read, readWrite } from '../kernel.ts';
import { unroll } from '../wgsl.ts';
import { CELLS, type CellKind } from './cell.ts';
import { LAYER_NORM_UNIFORMS, type LayerNormShape } from './layer-norm.ts';
import { type LeftOperand, loadedRows, productLoop, storeGuard, type Tile } from './product.ts';
import { operandBindings } from './recurrent-dropout.ts';
import { noiseBindings, noiseLabel, noiseUniforms, type RecurrentNoise } from './recurrent-noise.ts';
import { rowsTogether, type SharedOperands, vectorsTogether } from './shared-tile.ts';
import { fillSums, LANE, type TilePlace, type TileSums } from './tile-sums.ts';

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

const forOwnRows = (batch: number, tile: Tile, body: string): string => {
  const guard = batch % rowsTogether(tile) === 0 ? '' : 'if (row >= BATCH) { break; }';
  return `for (var b = 0u; b < ${tile.rows}u; b += 4u) {
      let row = firstRow + b + ${LANE};
      ${guard}
      for (var n = 0u; n < ${unitsOf(tile)}u; n++) {
        let unit = firstUnit + n;
        ${body}
      }
    }`;
};

/** Vec4s of units that a thread goes through together. */
const unitsOf = ({ vectors, lanes, alone }: Tile): number => (alone && lanes ? vectors * lanes : vectors);

/** Threads of a workgroup that sweeps over time. */
export const sweepThreads = (hiddenSize: number, { vectors, lanes, alone }: Tile): number => (alone && lanes) || hiddenSize / 4 / vectors;

/** Declares the thread's first unit; of a thread alone `forUnits` does. */
export const declareUnit = ({ vectors, alone }: Tile): string => (alone ? '' : `let firstUnit = local * ${vectors}u;`);

/** Runs `body` for all units that a thread of a sweep has, as many at once as its tile holds. */
export const forUnits = (tile: Tile, body: string): string =>
  tile.alone
    ? `for (var firstUnit = 0u; firstUnit < UNITS; firstUnit += ${unitsOf(tile)}u) {
      ${body}
    }`
    : body;

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

/** The biases of these gates for one vector of units, or where their names have no tag, of the vector at hand. */
function biasesOf({ hiddenSize, input, recurrentBias, inputBias }: RecurrentOptions, gates: readonly number[], place: TilePlace): string {
  const load = (name: string, uniform: string): string =>
    unroll(gates.length, (index) => {
      const first = `weights[call.${uniform} / 4u + ${(gates[index] * hiddenSize) / 4}u + firstUnit`;
      return `let ${name}${gates[index]}_${place.vectorTag} = ${first} + ${place.vector}];`;
    });
  return [inputBias && input === 'tokens' && load('inputBias', 'biasInput'), recurrentBias && load('hiddenBias', 'biasHidden')]
    .filter(Boolean)
    .join('\n');
}

/** Whether a loop that goes over vectors of units has but one, or there is none. */
const namesBiases = ({ tile }: RecurrentOptions): boolean => !tile.staged || tile.vectors === 1;

/** Ahead of a loop over time, which then loads no bias, where each can have a name. */
export function declareBiases(options: RecurrentOptions, gates: readonly number[]): string {
  const { tile } = options;
  if (tile.alone || !namesBiases(options)) return '';
  return unroll(tile.vectors, (vector) =>
    biasesOf(options, gates, { row: '', rowTag: '', vector: `${vector}u`, vectorTag: tile.staged ? '' : `${vector}` }),
  );
}

/** The same of a thread alone, for the units at hand: those that are its own in the product. */
const declareOwnBiases = (options: RecurrentOptions, gates: readonly number[]): string =>
  unroll(options.tile.vectors, (vector) =>
    biasesOf(options, gates, { row: '', rowTag: '', vector: `${LANE} * ${options.tile.vectors}u + ${vector}u`, vectorTag: `${vector}` }),
  );

/** `gates` of the list start from the input's part (if their plane holds it) plus the recurrent bias; `isLoop`: `declareBiases` came before. */
export function initialAccumulators(options: RecurrentOptions, gates: readonly number[], isLoop = false): string {
  const { cell, batch, hiddenSize, input, recurrentBias, inputBias, tile } = options;
  const { gates: total, recurrentPlane, inputPlane } = CELLS[cell];
  const units = hiddenSize / 4;
  const isShared = (gate: number): boolean => recurrentPlane(gate) === inputPlane(gate);
  const hasTokens = input === 'tokens';
  const hasInputBias = inputBias && hasTokens;
  // lanes alone add biases once they have swapped
  const later = tile.alone === true;
  const fromTokens = (gate: number, { rowTag, vector, vectorTag }: TilePlace, isLater = later): string =>
    `weights[x${rowTag} + ${gate * units}u + ${vector}]${hasInputBias && !isLater ? ` + inputBias${gate}_${vectorTag}` : ''}`;
  const planeOf = (gate: number, { rowTag, vector }: TilePlace): string =>
    `gates[((t * BATCH + row${rowTag}) * PLANES + ${inputPlane(gate)}u) * UNITS + firstUnit + ${vector}]`;
  const inputPart = hasTokens ? fromTokens : planeOf;
  const first = (gate: number, place: TilePlace): string => {
    const hasBias = recurrentBias && !later;
    const hiddenPart = hasBias ? `hiddenBias${gate}_${place.vectorTag}` : 'vec4f()';
    if (!isShared(gate)) return hiddenPart;
    return hasBias ? `${inputPart(gate, place)} + ${hiddenPart}` : inputPart(gate, place);
  };
  const more = (gate: number, vector: number): string =>
    `${hasInputBias && isShared(gate) ? ` + inputBias${gate}_${vector}` : ''}${recurrentBias ? ` + hiddenBias${gate}_${vector}` : ''}`;
  // the input's part of a gate whose recurrent part stands apart must lie in its own plane before the activation reads it
  const apart = gates.filter((gate) => !isShared(gate) && hasTokens);
  const filled = fillSums(sumsOfGates(options, gates), first, {
    ofVector: (place) => (later || (isLoop && namesBiases(options)) ? '' : biasesOf(options, gates, place)),
    ofRow: (place) => {
      const token = `let x${place.rowTag} = call.weightInput / 4u + tokens[t * BATCH + row${place.rowTag}] * ${total * units}u + firstUnit;`;
      return `${batchRow(options)(place)} ${hasTokens ? token : ''}`;
    },
    beside: (place) => {
      if (apart.length === 0) return '';
      const guard = storeGuard(batch, tile, place);
      const bias = later ? biasesOf(options, apart, place) : '';
      const stores = apart.map((gate) => `${planeOf(gate, place)} = ${fromTokens(gate, place, false)};`);
      return `${guard && `if (${guard}) `}{ ${bias} ${stores.join(' ')} }`;
    },
    ...(later && { more }),
  });
  return later ? `${declareOwnBiases(options, gates)}\n${filled}` : filled;
}

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
