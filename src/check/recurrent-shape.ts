/** What the cases of the recurrent kernels share: shapes, labels and value ranges. */
import { CELLS, type CellKind } from '../../shaders/common/cell.ts';
import type { Tile } from '../../shaders/common/product.ts';
import type { RecurrentNoise } from '../../shaders/common/recurrent-noise.ts';
import { rowsTogether, vectorsTogether } from '../../shaders/common/shared-tile.ts';

/**
 * `saturated`: pre-activations of ±1e4, so that gates are 0, 1 or ±1 to the last bit; `tiny`: denormal numbers.
 * Neither may give anything that is not finite.
 */
export type ValueRange = 'ordinary' | 'saturated' | 'tiny';

export interface RecurrentShape extends RecurrentNoise {
  readonly cell: CellKind;
  readonly batch: number;
  readonly hiddenSize: number;
  readonly timeSteps: number;
  readonly tile: Tile;
  /** Of the step kernels; a sequence kernel's follows from hiddenSize and tile. */
  readonly workgroupSize: number;
  /** Rows end early. */
  readonly lengths?: boolean;
}

export interface RecurrentVariety {
  readonly range?: ValueRange;
  /** Chunks of time steps; sequence kernels only. */
  readonly pieces?: number;
  /** Only two turns at either end of a reverse sweep. */
  readonly ends?: boolean;
  /** LSTM that can keep the gradient of every cell: it does not. */
  readonly forgetsCells?: boolean;
}

export const cellKinds: readonly CellKind[] = ['lstm', 'gru', 'gru-before', 'rnn-tanh', 'rnn-relu'];

/** What is run on each shape, all with one pipeline; a sequence of several steps is cut as well. */
export const varieties = (isSequence: boolean, timeSteps: number): readonly RecurrentVariety[] => [
  {},
  ...(isSequence && timeSteps > 1 ? [{ pieces: 2 }] : []),
  { range: 'saturated' },
  { range: 'tiny' },
];

/** Time steps of the shape with this number, so that the shapes of a cell take turns. */
export const timeStepsOf = (index: number): number => [4, 5][Math.floor(index / 2) % 2];

export const shapeLabel = (
  { batch, hiddenSize, timeSteps, tile }: RecurrentShape,
  { range = 'ordinary', pieces = 1, forgetsCells }: RecurrentVariety,
): string =>
  `batch ${batch}, hidden ${hiddenSize}, T ${timeSteps}, ${range}, ${tile.turn ?? 1} k a turn, ${pieces} pieces${forgetsCells ? ', cells forgotten' : ''}`;

/** Time steps of each row: all of them, then one, then two or so. */
export const lengthsOf = ({ batch, timeSteps }: RecurrentShape): Uint32Array<ArrayBuffer> =>
  Uint32Array.from({ length: batch }, (_, row) => [timeSteps, 1, Math.ceil(timeSteps / 2)][row % 3]);

/** Of how many tiles one is tried. */
const oneIn: Readonly<Record<CellKind, number>> = { lstm: 1, gru: 2, 'rnn-tanh': 2, 'gru-before': 3, 'rnn-relu': 4 };

/**
 * Which of a cell's tiles are tried. The sequence kernels of the LSTM get every one. All cells and the step kernels share the code of the tiles with
 * them and take every second to every fourth, and whatever default models use: each pipeline takes a software adapter 0.1 to 4 s.
 */
export const isTried = (cell: CellKind, isSequence: boolean, index: number): boolean =>
  index % Math.max(oneIn[cell], isSequence ? 1 : 4) === 0;

/** Beyond these a twin takes longer than a small pipeline takes to compile: multiply-adds of a time step, and numbers in gates. */
const MOST_PRODUCTS = 8e6;
const MOST_GATES = 2e6;

/** Nothing, or smaller sizes for a layer whose twin would take long: a single tile of rows, or a workgroup of them, a single block of units. */
export function smallLayer({ cell, batch, hiddenSize, timeSteps, tile }: RecurrentShape): Partial<RecurrentShape> {
  const { gates, planes } = CELLS[cell];
  const isSmall = batch * gates * hiddenSize ** 2 <= MOST_PRODUCTS && timeSteps * batch * planes * hiddenSize <= MOST_GATES;
  return isSmall
    ? {}
    : { batch: rowsTogether(tile), hiddenSize: 4 * vectorsTogether(tile) * (tile.lanes ?? 1), timeSteps: Math.min(timeSteps, 3) };
}
