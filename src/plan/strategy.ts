/** Which kernel variant and tile each piece of work gets: a function of sizes and profile alone, so that a run repeats bit for bit. */
import type { AttentionShape } from '../../shaders/common/attention.ts';
import { CELLS, type CellKind } from '../../shaders/common/cell.ts';
import { type Tile, tileLabel } from '../../shaders/common/product.ts';
import { rowSumBytes } from '../../shaders/common/row-sums.ts';
import { sharedBytes } from '../../shaders/common/shared-tile.ts';
import type { AdapterProfile } from './profile.ts';

/** Largest of `choices` (descending) that divides `size`, else the last. */
const largestDivisor = (size: number, choices: readonly number[]): number =>
  choices.find((choice) => size % choice === 0) ?? choices[choices.length - 1];

/** The smallest power of two that holds `size`, at most `most`. */
const upTo = (size: number, most: number): number => {
  let power = 1;
  while (power < size && power < most) power *= 2;
  return power;
};

/** Threads that a software adapter runs as the lanes of one vector, and its best workgroup for products. */
const LANES = 4;
/** Steps of k in a turn of a product's loop; on software with lanes only, since without them it gains 12 % and compiles twice as long. */
const TURN = 4;
/**
 * Operations from which a kernel of lanes holds twice the accumulators: 5 to 18 % less time for 0.15 s more of compiling, on SwiftShader. There are two recurrent kernels and, of a head, two
 * products: only from so many operations on do they repay that within a few hundred steps.
 */
export const LARGE_FLOP = { product: 4e7, weightGradient: 1e7, recurrent: 1e8 };
const accumulatorsOf = (profile: AdapterProfile, kind: keyof typeof LARGE_FLOP, flop: number): number =>
  hasLanes(profile) && flop >= LARGE_FLOP[kind] ? 64 : 32;
const hasLanes = ({ software, subgroupSize }: AdapterProfile): boolean => software && subgroupSize === LANES;

/** Whether threads that sort tokens share what they load, as those of a product do. */
export const sortsInLanes = (profile: AdapterProfile): boolean => hasLanes(profile) && !profile.refused.includes('gather-batch');

/** The tile of a software adapter: it compiles a kernel in a third to a half less time if loops fill and empty the accumulators, and runs it as fast. */
const onSoftware = (tile: Tile): Tile => (tile.rows * tile.vectors > 1 ? { ...tile, staged: true } : tile);

/** How a refused kernel stands in a profile: with its tile, if it has one. */
export const refusal = (kernel: string, tile?: Tile): string => (tile ? `${kernel} ${tileLabel(tile)}` : kernel);

const isRefused = ({ refused }: AdapterProfile, kernel: string, tile: Tile): boolean =>
  refused.includes(kernel) || refused.includes(refusal(kernel, tile));

/** The best tile for these kernels that is not refused: as it is, without sharing operands, without lanes, or the smallest there is; undefined if all are. */
function rightTile(profile: AdapterProfile, kernels: readonly string[], best: Tile, smallest: Tile): Tile | undefined {
  const candidates = [best, { ...best, shared: undefined }, { ...best, lanes: undefined }, smallest];
  return candidates.find((tile) => !kernels.some((kernel) => isRefused(profile, kernel, tile)));
}

/** Workgroup size of elementwise kernels; small on software adapters, which run a workgroup on one core. */
export const elementwiseWorkgroup = ({ software }: AdapterProfile): number => (software ? 16 : 64);

export interface ProductChoice {
  readonly tile: Tile;
  readonly workgroupSize: number;
  readonly parts: number;
}

/**
 * Tile of products [rows, columns] that share a dispatch, by the columns of each. Software: 32 vec4 accumulators a thread, workgroups of 4 and, where
 * four threads of every product own neighbouring columns of the same rows, lanes (measured fastest on SwiftShader), with 64 for many operations, `flop`.
 * GPU: as many threads as fill the chip first, then larger tiles.
 */
export function chooseProduct(
  profile: AdapterProfile,
  rows: number,
  columns: readonly number[],
  leftByColumns: boolean,
  flop = 0,
): { tile: Tile; workgroupSize: number } {
  const { tile, workgroupSize } = bestProduct(profile, rows, columns, leftByColumns, flop);
  // with every tile refused there is none to take: whoever tests the plan finds the best one wrong and says so
  const right = rightTile(profile, [leftByColumns ? 'weight-gradient' : 'matmul'], tile, { rows: leftByColumns ? 4 : 1, vectors: 1 });
  return { tile: right ?? tile, workgroupSize };
}

function bestProduct(
  profile: AdapterProfile,
  rows: number,
  columns: readonly number[],
  leftByColumns: boolean,
  flop: number,
): { tile: Tile; workgroupSize: number } {
  const vectors = Math.max(...columns) / 4;
  if (profile.software) {
    const shared = [2, 1].find((count) => columns.every((width) => width % (4 * LANES * count) === 0));
    if (hasLanes(profile) && shared && rows >= LANES)
      return {
        tile: onSoftware({
          rows: upTo(rows, accumulatorsOf(profile, leftByColumns ? 'weightGradient' : 'product', flop) / shared),
          vectors: shared,
          turn: TURN,
          lanes: LANES,
        }),
        workgroupSize: LANES,
      };
    const wide = leftByColumns ? largestDivisor(vectors, [4, 2, 1]) : largestDivisor(vectors, [2, 1]);
    const tall = upTo(rows, 32 / wide);
    return { tile: onSoftware({ rows: Math.max(tall, leftByColumns ? 4 : 1), vectors: wide }), workgroupSize: LANES };
  }
  const threads = (tile: Tile): number => Math.ceil(rows / tile.rows) * Math.ceil(vectors / tile.vectors);
  const tiles: Tile[] = [
    { rows: 8, vectors: 2, turn: 2 },
    { rows: 8, vectors: 1, turn: 4 },
    { rows: 4, vectors: 1, turn: 4 },
  ];
  const tile = tiles.find((candidate) => threads(candidate) >= GPU_THREADS) ?? tiles[tiles.length - 1];
  // 64 threads of 8x8 numbers hold 8 KiB, half of what every WebGPU has
  return { tile: profile.products === 'shared' ? { ...tile, shared: { across: 8, down: 8, slice: 16 } } : tile, workgroupSize: 64 };
}

/** Threads from which a product gets larger tiles, and threads that split-K aims at: an H100 holds 270,000. */
const GPU_THREADS = 16_384;
const SPLIT_THREADS = 131_072;
/** Split-K must not cost more than this. */
const PART_BYTES = 33_554_432;

/** Split-K: parts that bring a small product over many positions to enough threads; from shapes alone, because parts change the bits. */
export function chooseParts(profile: AdapterProfile, threads: number, inner: number, bytes: number): number {
  if (profile.software) return 1;
  const wanted = Math.floor(SPLIT_THREADS / threads);
  const most = Math.min(Math.floor(inner / 64), Math.floor(PART_BYTES / bytes));
  return Math.max(1, Math.min(wanted, most, 32));
}

/** How many time steps a dispatch takes: all or one. */
export type RecurrentKernel = 'sequence' | 'step';

interface RecurrentTiles {
  readonly forward: Tile;
  readonly backward: Tile;
}

export interface RecurrentChoice extends RecurrentTiles {
  readonly kernel: RecurrentKernel;
  /** Whether a thread of its sequence kernels owns rows alone. */
  readonly alone?: true;
  /** Of step kernels, which a closed loop also takes where the sweep over all steps would be one dispatch. */
  readonly workgroupSize: number;
}

/** Widest layer that runs as one dispatch: beyond it, step kernels are faster and compile in half the time (software);
 * on an H100 at batch 64 the sequence kernel still wins at 512 (67 ms against 118 a step of 64x128x512), beyond which workgroup memory ends. */
const SEQUENCE_LIMIT = { software: 96, hardware: 512 };

/**
 * The recurrent kernels of a layer. A sequence workgroup must hold h (forward, 4·H·rows bytes) and the gate gradients (backward, 4·G·H·rows) in
 * workgroup memory and have at most the adapter's threads; where that fails the step kernels take over.
 */
export function chooseRecurrent(
  profile: AdapterProfile,
  cell: CellKind,
  batch: number,
  hiddenSize: number,
  { layerNorm = false, timeSteps = 1 }: { readonly layerNorm?: boolean; readonly timeSteps?: number } = {},
): RecurrentChoice {
  const { gates } = CELLS[cell];
  const vectors = hiddenSize / 4;
  const bytesPerRow = 4 * hiddenSize;
  // sums of whole rows: a thread for every four units, at most
  const sumsPerRow = layerNorm ? rowSumBytes({ rows: 1, threads: vectors }) : 0;
  const completed = (tile: Tile): Tile => {
    if (!profile.software) return { ...tile, turn: TURN };
    const sharesRows = hasLanes(profile) && tile.rows % LANES === 0 && vectors % (LANES * tile.vectors) === 0;
    return onSoftware(sharesRows ? { ...tile, turn: TURN, lanes: LANES } : tile);
  };
  // a step of a GPU reads the weights once per workgroup
  const canShare = !profile.software && batch >= STEP_WORKGROUP.down && !layerNorm;
  const sharing = (tile: Tile, groups: number): Tile => {
    if (!canShare || vectors % (STEP_WORKGROUP.across * tile.vectors) !== 0) return tile;
    const slices = [64, 32, 16, 8].map((slice): Tile => ({ ...tile, shared: { ...STEP_WORKGROUP, slice } }));
    return slices.find((shared) => sharedBytes(shared, groups) <= SHARED_BYTES) ?? tile;
  };
  const tilesOf = (rows: number, accumulators: number): Record<RecurrentKernel, RecurrentTiles> => {
    const rowsWithin = (bytes: number): number => {
      let fitting = rows;
      while (fitting > 1 && bytes * fitting > profile.maxComputeWorkgroupStorageSize) fitting /= 2;
      return fitting;
    };
    const widest = (perVector: number): number =>
      largestDivisor(
        vectors,
        [4, 2, 1].filter((count) => count * perVector <= Math.max(accumulators, perVector)),
      );
    return {
      sequence: {
        forward: completed({ rows: rowsWithin(bytesPerRow + sumsPerRow), vectors: widest(gates * rows) }),
        backward: completed({ rows: rowsWithin(gates * bytesPerRow + sumsPerRow), vectors: widest(rows) }),
      },
      step: {
        forward: sharing(completed({ rows, vectors: widest(gates * rows) }), gates),
        backward: sharing(completed({ rows, vectors: widest(rows) }), 1),
      },
    };
  };
  // a GPU wants every row on its own threads until the batch alone fills it
  const usual = profile.software ? tilesOf(upTo(batch, 8), 32) : tilesOf(upTo(batch / 128, 4), 1);
  const large =
    accumulatorsOf(profile, 'recurrent', 2 * timeSteps * batch * gates * hiddenSize * hiddenSize) > 32
      ? tilesOf(upTo(batch, 16), 64)
      : usual;
  const bestOf = (kernel: RecurrentKernel): RecurrentTiles => {
    const { forward, backward } = large[kernel];
    // a workgroup runs on one core: sequence kernels need two
    const isTooLarge = kernel === 'sequence' && batch <= forward.rows;
    return forward.lanes && backward.lanes && !isTooLarge ? large[kernel] : usual[kernel];
  };
  const best = { sequence: bestOf('sequence'), step: bestOf('step') };
  const fits = ({ forward, backward }: RecurrentTiles): boolean =>
    (bytesPerRow + sumsPerRow) * forward.rows <= profile.maxComputeWorkgroupStorageSize &&
    (gates * bytesPerRow + sumsPerRow) * backward.rows <= profile.maxComputeWorkgroupStorageSize &&
    vectors / forward.vectors <= profile.maxComputeInvocationsPerWorkgroup &&
    vectors / backward.vectors <= profile.maxComputeInvocationsPerWorkgroup;
  const workgroupSize = profile.software ? LANES : 64;
  const sweepsAlone = (forward: Tile, backward: Tile): boolean =>
    cell !== 'gru-before' &&
    !layerNorm &&
    forward.lanes !== undefined &&
    backward.lanes !== undefined &&
    !isRefused(profile, 'sequence-forward', { ...forward, alone: true }) &&
    !isRefused(profile, 'sequence-backward', { ...backward, alone: true });
  const choiceOf = (kernel: RecurrentKernel): RecurrentChoice | undefined => {
    const plain = KERNELS[cell === 'gru-before' ? 'before' : 'after'][kernel];
    const names = layerNorm && kernel === 'sequence' ? NORMED : plain;
    const forward = rightTile(profile, names.forward, best[kernel].forward, SMALLEST);
    const backward = rightTile(profile, names.backward, best[kernel].backward, SMALLEST);
    if (!forward || !backward || (kernel === 'sequence' && !fits({ forward, backward }))) return undefined;
    return { kernel, forward, backward, workgroupSize, ...(kernel === 'sequence' && sweepsAlone(forward, backward) && { alone: true }) };
  };
  const limit = profile.software ? SEQUENCE_LIMIT.software : SEQUENCE_LIMIT.hardware;
  const byShape = hiddenSize <= limit ? 'sequence' : 'step';
  const wanted = { auto: byShape, sequence: 'sequence', step: 'step', wavefront: 'step' } as const;
  const other = wanted[profile.kernel] === 'sequence' ? 'step' : 'sequence';
  const choice = choiceOf(wanted[profile.kernel]) ?? choiceOf(other);
  // with everything refused there is nothing to take: whoever tests the plan finds this wrong and says so
  return choice ?? { kernel: 'step', ...best.step, workgroupSize };
}

/**
 * Threads of a workgroup of a step kernel on a GPU that shares its operands: with one row a thread 16 rows of 16 units, so that 64 rows of 512 units are 128 workgroups, about as many as a large
 * chip has cores, and read their weights from L2 four times a step instead of 64.
 */
const STEP_WORKGROUP = { across: 4, down: 16 } as const;
/** Of workgroup memory that a kernel shares operands in: three quarters of what every WebGPU has. */
const SHARED_BYTES = 12_288;

const SMALLEST: Tile = { rows: 1, vectors: 1 };

/** The sequence kernels of layers that are layer-normalised; their step kernels have the tile of the half of a turn that is a product. */
const NORMED = { forward: ['layer-norm-sequence-forward'], backward: ['layer-norm-sequence-backward'] } as const;

/** The kernels that share a tile, by where the cell's reset gate acts. */
const KERNELS = {
  after: {
    sequence: { forward: ['sequence-forward'], backward: ['sequence-backward'] },
    step: { forward: ['step-forward'], backward: ['step-backward'] },
  },
  before: {
    sequence: { forward: ['gru-before-sequence-forward'], backward: ['gru-before-sequence-backward'] },
    step: {
      forward: ['gru-before-gates-forward', 'gru-before-candidate-forward'],
      backward: ['gru-before-candidate-backward', 'gru-before-gates-backward'],
    },
  },
} as const;

/**
 * Workgroup size of kernels whose threads keep dozens of numbers each in workgroup memory, which SwiftShader compiles a store for, each, or wait for one that does
 * something for all: SwiftShader runs every four threads that may wait on a stack of their own.
 */
export const sharingWorkgroup = ({ software }: AdapterProfile): number => (software ? LANES : 64);

/** Vec4s of columns of a thread that sums up segments: a software adapter loads the list of positions for each thread. */
export const chooseSegmentSum = ({ software }: AdapterProfile, columns: number): number =>
  software ? largestDivisor(columns / 4, [4, 2, 1]) : 1;

/** Workgroup size of kernels in which one thread owns a row. */
export const chooseRowWorkgroup = ({ software }: AdapterProfile): number => (software ? 16 : 32);

/** Workgroups of the gradient's norm: each leaves one partial sum that every workgroup of `update` reads. */
export function chooseNorm({ software }: AdapterProfile, elements: number): { workgroups: number; workgroupSize: number } {
  const workgroupSize = software ? LANES : 128;
  return { workgroupSize, workgroups: Math.max(1, Math.min(software ? 16 : 128, Math.ceil(elements / 4 / workgroupSize / 4))) };
}

export interface AttentionChoice {
  /** Time steps of one batch row that a workgroup owns in the kernels that go over scores. */
  readonly rows: number;
  readonly workgroupSize: number;
  /** Time steps of the decoder times columns that a thread owns in `attention-query-backward`. */
  readonly query: Tile;
  /** Time steps of the encoder times columns that a thread owns in `attention-source-backward`. */
  readonly source: Tile;
  readonly threads: number;
}

/**
 * Software: few threads with several rows in registers; additive ones hold fewer, since a tanh for each compiles slowly (1.2 s for 4x8 against 0.1 s
 * for 4x4) and is what the time goes to. GPU: a workgroup for each decoder step, as wide as there is work for its threads.
 */
export function chooseAttention(
  profile: AdapterProfile,
  { kind, targetSteps, sourceSteps, attentionSize, valueSize }: AttentionShape,
): AttentionChoice {
  if (profile.software) {
    const rows = upTo(targetSteps, 4);
    if (kind === 'additive') return { rows, workgroupSize: 4, query: { rows, vectors: 1 }, source: { rows: 4, vectors: 1 }, threads: 4 };
    const vectors = largestDivisor(Math.min(attentionSize, valueSize) / 4, [2, 1]);
    const source = { rows: sourceSteps > 4 ? 8 : 4, vectors };
    return { rows, workgroupSize: 4, query: { rows: upTo(targetSteps, 8), vectors }, source, threads: 4 };
  }
  const workgroupSize = Math.max(16, upTo(Math.max(sourceSteps, valueSize / 4), 64));
  return { rows: 1, workgroupSize, query: { rows: 1, vectors: 1 }, source: { rows: 4, vectors: 1 }, threads: 64 };
}
