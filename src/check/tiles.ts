/** Every tile that the strategy can choose, each with sizes to try it on: derived from the strategy itself. */
import type { AttentionShape } from '../../shaders/common/attention.ts';
import type { CellKind } from '../../shaders/common/cell.ts';
import type { Tile } from '../../shaders/common/product.ts';
import { type AttentionChoice, chooseAttention, chooseProduct, chooseRecurrent, LARGE_FLOP } from '../plan/strategy.ts';
import { profiles } from './in-use.ts';

export interface ProductTile {
  readonly tile: Tile;
  readonly workgroupSize: number;
}

const keyOf = ({ rows, vectors, turn = 1, lanes, staged, shared }: Tile): string =>
  `${rows}x${vectors}x${turn}x${lanes}x${staged}x${shared !== undefined}`;

/** Tiles of matrix products whose left operand lies by rows (or by columns). */
export function productTiles(leftByColumns: boolean): readonly ProductTile[] {
  const found = new Map<string, ProductTile>();
  for (const profile of profiles) {
    for (const rows of [1, 2, 4, 8, 16, 32, 1 << 12, 1 << 14, 1 << 16]) {
      for (const vectors of [1, 2, 4, 16]) {
        for (const flop of [0, Math.max(LARGE_FLOP.product, LARGE_FLOP.weightGradient)]) {
          const choice = chooseProduct(profile, rows, [4 * vectors], leftByColumns, flop);
          found.set(keyOf(choice.tile), { ...choice, tile: caseSlice(choice.tile) });
        }
      }
    }
  }
  return [...found.values()];
}

/** Slices of cases: short, so that SwiftShader, which compiles a store for every number of workgroup memory, takes a second less, and so that the last is cut. */
const caseSlice = (tile: Tile): Tile => (tile.shared ? { ...tile, shared: { ...tile.shared, slice: 8 } } : tile);

/** Tiles that compile quickly and fit any width, for cases whose point is another. */
export const isSmall = ({ tile: { rows, vectors, lanes, shared } }: ProductTile): boolean => rows * vectors <= 8 && !lanes && !shared;

/** A number of columns that the tile's last block may cut, or a whole block for each of its lanes. */
export const columnsFor = ({ vectors, lanes, shared }: Tile): number =>
  lanes ? 4 * vectors * lanes : 4 * (vectors * (shared?.across ?? 1) + 1);
/** As many rows as two row blocks and one row more; of a tile that is shared, a workgroup's and one more. */
export const rowsFor = ({ rows, shared }: Tile): number => (shared ? rows * shared.down + 1 : 2 * rows + 1);

export interface RecurrentTile extends ProductTile {
  readonly batch: number;
  readonly hiddenSize: number;
}

/** Batches at and beside the edges of tiles; 13 first, since it is no multiple of any. */
const batches = [13, 1, 3, 2, 8, 256, 1024];
/** Hidden sizes of 5 vectors, which no tile but the smallest divides, of 1, 2 and many; less of many rows, since workgroup memory takes long to compile. */
const hiddenSizes = (batch: number): readonly number[] => [20, 4, 8, batch === 1 || batch === 8 ? 64 : 32, ...(batch === 13 ? [64] : [])];
/** A tile for a large batch is tried on a small one, which cuts the second workgroup where it is shared. */
const largestBatch = ({ shared }: Tile): number => (shared ? 21 : 13);

/** Tiles of the recurrent kernels of a cell, sequence and step; the workgroup size is that of the step kernels. */
export const recurrentTiles = (cell: CellKind, direction: 'forward' | 'backward'): readonly RecurrentTile[] =>
  distinctTiles(cell, direction, (tile) => ({ ...tile, shared: undefined }));

/** Those of sweeps whose threads own rows alone: every tile with lanes, on layers of two blocks of units. */
export const aloneTiles = (cell: CellKind, direction: 'forward' | 'backward'): readonly RecurrentTile[] =>
  recurrentTiles(cell, direction).flatMap(({ tile, ...layer }) =>
    tile.lanes ? [{ ...layer, tile: { ...tile, alone: true as const }, hiddenSize: 8 * tile.vectors * tile.lanes }] : [],
  );

/** Those of step kernels alone, whose workgroups share their operands. */
export const sharedTiles = (cell: CellKind, direction: 'forward' | 'backward'): readonly RecurrentTile[] =>
  distinctTiles(cell, direction, (tile) => (tile.shared ? tile : undefined));

function distinctTiles(
  cell: CellKind,
  direction: 'forward' | 'backward',
  wanted: (tile: Tile) => Tile | undefined,
): readonly RecurrentTile[] {
  const found = new Map<string, RecurrentTile>();
  for (const profile of profiles) {
    for (const batch of batches) {
      for (const hiddenSize of hiddenSizes(batch)) {
        for (const timeSteps of [1, LARGE_FLOP.recurrent]) {
          const { workgroupSize, ...choice } = chooseRecurrent({ ...profile, kernel: 'step' }, cell, batch, hiddenSize, { timeSteps });
          const tile = wanted(choice[direction]);
          if (!tile || found.has(keyOf(tile))) continue;
          found.set(keyOf(tile), { tile: caseSlice(tile), workgroupSize, batch: Math.min(batch, largestBatch(tile)), hiddenSize });
        }
      }
    }
  }
  return [...found.values()];
}

/** The tile of a GPU, quick to compile, for what cells share whatever the tile: 5 rows, since the tile has one, of 8 units. */
export function quickLayer(cell: CellKind, direction: 'forward' | 'backward'): RecurrentTile {
  const [batch, hiddenSize] = [5, 8];
  const { workgroupSize, ...choice } = chooseRecurrent({ ...profiles[1], kernel: 'step' }, cell, batch, hiddenSize);
  return { tile: choice[direction], workgroupSize, batch, hiddenSize };
}

/** The staged tile of a software adapter, of 13 rows and 5 vectors of units: a last tile that is not full, and more threads than run as the lanes of one vector. */
export function stagedLayer(cell: CellKind, direction: 'forward' | 'backward'): RecurrentTile {
  const [batch, hiddenSize] = [13, 20];
  const { workgroupSize, ...choice } = chooseRecurrent({ ...profiles[0], kernel: 'sequence' }, cell, batch, hiddenSize);
  return { tile: choice[direction], workgroupSize, batch, hiddenSize };
}

/** A single vector of units, for a single time step: one row, or for the LSTM as many as the largest tile has. */
export function smallestLayer(cell: CellKind, direction: 'forward' | 'backward'): RecurrentTile {
  const [batch, hiddenSize] = [cell === 'lstm' ? 8 : 1, 4];
  const { workgroupSize, ...choice } = chooseRecurrent({ ...profiles[0], kernel: 'step' }, cell, batch, hiddenSize);
  return { tile: choice[direction], workgroupSize, batch, hiddenSize };
}

/** Tiles of attention's kernels, each with the smallest sizes that get it. */
export function attentionTiles(
  kind: AttentionShape['kind'],
): readonly { readonly shape: AttentionShape; readonly choice: AttentionChoice }[] {
  const found = new Map<string, { shape: AttentionShape; choice: AttentionChoice }>();
  for (const profile of profiles) {
    for (const targetSteps of [5, 1, 2, 3]) {
      for (const sourceSteps of [5, 17, 33, 65]) {
        for (const attentionSize of [8, 4]) {
          const shape = { kind, batch: 3, targetSteps, sourceSteps, attentionSize, valueSize: 2 * attentionSize, scale: 1 };
          const choice = chooseAttention(profile, shape);
          const key = JSON.stringify(choice);
          if (!found.has(key)) found.set(key, { shape, choice });
        }
      }
    }
  }
  return [...found.values()];
}
