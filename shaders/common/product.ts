/**
 * The register-blocked inner product of every matrix kernel: one thread holds rows x vectors accumulators of four columns each and walks k.
 *
 * SwiftShader runs four threads as the lanes of a vector; there a load costs a branch per lane and component, and a turn of a loop some ten
 * instructions per accumulator that it carries. So a turn takes several k's, and lanes that share rows load a fourth of the left operand each.
 * Sums run over k one by one in every variant: the bits do not depend on the tile.
 */
import { unroll } from '../wgsl.ts';
import { declareSharedTile, rowsTogether, type SharedOperands, type SharedTile, sharedLoop } from './shared-tile.ts';
import { declareStage, LANE, ofLane, type TilePlace, type TileSums, zeroSums } from './tile-sums.ts';

/** What one thread computes: `rows` rows times `4 * vectors` columns. */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
  /** Steps of k in one turn of the loop, default 1; one where K is no multiple of it. */
  readonly turn?: number;
  /** Four threads that neighbour in a subgroup own the same rows (a multiple of 4), and hand each other what they load of the left operand. */
  readonly lanes?: 4;
  /**
   * Lanes that share rows in a product alone: ahead of it and behind it they swap accumulators, so that a fourth of the rows is each one's own, in the columns of all. A thread that sweeps over
   * time then reads nothing that another has written, and waits for none.
   */
  readonly alone?: true;
  /** Its accumulators begin and end in loops: tile-sums.ts. */
  readonly staged?: true;
  /** The operands pass through workgroup memory: shared-tile.ts. Not with lanes, nor staged. */
  readonly shared?: SharedTile;
}

/**
 * Threads number the blocks of a product along the columns first; lanes must have one row block.
 *
 * @throws Error if the tile has lanes and they do not.
 */
export function requireLanes({ vectors, lanes }: Tile, columnVectors: number): void {
  if (lanes && columnVectors % (vectors * lanes) !== 0)
    throw new Error(`a tile with lanes needs columns in multiples of ${4 * vectors * lanes}, got ${4 * columnVectors}`);
}

/**
 * Ahead of everything else in a module, of the rows of whose tile at most so many groups of accumulators begin or end together. The branches around a
 * product are taken by whole subgroups, which WGSL cannot see.
 */
export function declareTile(tile: Tile, groups = 1): string {
  if (tile.lanes && !tile.staged) throw new Error(`a tile with lanes must be staged, got ${tileLabel(tile)} that is not`);
  return `${tile.lanes ? 'enable subgroups;\ndiagnostic(off, subgroup_uniformity);\n' : ''}${declareStage(tile, groups)}${declareSharedTile(tile, groups)}`;
}

/** The parameter of an entry point from which `lane` comes. */
export const laneParameter = ({ lanes }: Tile): string => (lanes ? ', @builtin(subgroup_invocation_id) lane: u32' : '');

/** The tile's name in a kernel's variant; one with lanes is staged. */
export const tileLabel = ({ rows, vectors, lanes, alone, staged, shared }: Tile): string =>
  `${rows}x${vectors * 4}${alone ? ' alone' : lanes ? ' lanes' : staged ? ' staged' : shared ? ' shared' : ''}`;

/** A variant's name without its tile: how many sums a thread has and how threads share loads leaves every sum in its order, and so the bits. */
export const withoutTile = (variant: string): string => variant.replace(/ \d+x\d+( alone| lanes| staged| shared)?\b/, '');

/** The rows of the tile that a thread loads itself, as expressions. */
export const loadedRows = ({ rows, lanes }: Tile): readonly string[] =>
  Array.from({ length: lanes ? rows / lanes : rows }, (_, index) => (lanes ? `(${index * lanes}u + ${LANE})` : `${index}u`));

/**
 * The left operand: rows one by one, numbered as in `loadedRows`, or as vec4s of four neighbouring rows. `next`: rows one by one lie along k, and this is the vec4 of k and
 * the three behind it, k a multiple of 4.
 */
export type LeftOperand =
  | { readonly one: (row: number, k: string) => string; readonly next?: (row: number, k: string) => string }
  | { readonly four: (group: number, k: string) => string };

/** One vec4 of columns: the accumulator's name in each row, and the right operand's value at k. */
export interface Columns {
  readonly sum: (row: number) => string;
  readonly right: (k: string) => string;
}

export interface ProductCode {
  readonly tile: Tile;
  /** Number of k's, a constant: WGSL compilers then prove the loop finite. */
  readonly inner: number;
  readonly left: LeftOperand;
  readonly columns: readonly Columns[];
  /** First k of this part as an expression, and an upper bound to stop at when parts are uneven. */
  readonly first?: string;
  readonly bound?: string;
  /** The workgroup's operands, for a tile that shares them; `left` and the columns' `right` then are not read. */
  readonly shared?: SharedOperands;
}

const COMPONENT = ['x', 'y', 'z', 'w'];

/** What loads the left operand at one k, and the scalar of each row. */
interface LeftLoad {
  readonly load: string;
  readonly scalar: (row: number) => string;
}

/** The loads of a turn: of four neighbours at once where they lie so. */
function leftsAt(code: ProductCode, ks: readonly string[]): readonly LeftLoad[] {
  const { tile, left } = code;
  if (!('one' in left) || !left.next || ks.length !== 4 || code.first !== undefined) return ks.map((k) => leftAt(code, k));
  const { next } = left;
  const load = unroll(loadedRows(tile).length, (row) => `let l${row} = ${next(row, ks[0])};`);
  return ks.map((_, index) => ({
    load: index === 0 ? load : '',
    scalar: (row) => (tile.lanes ? ofLane(`l${row >> 2}.${COMPONENT[index]}`, row) : `l${row}.${COMPONENT[index]}`),
  }));
}

function leftAt({ tile: { rows, lanes }, left }: ProductCode, k: string): LeftLoad {
  const groups = rows / 4;
  const component = (row: number): string => `l${row >> 2}_${k}.${COMPONENT[row & 3]}`;
  if ('four' in left && !lanes)
    return { load: unroll(groups, (group) => `let l${group}_${k} = ${left.four(group, k)};`), scalar: component };
  if (!('four' in left) && !lanes) return { load: '', scalar: (row) => left.one(row, k) };
  const own = (group: number): string => ('four' in left ? `${left.four(group, k)}[${LANE}]` : left.one(group, k));
  return {
    load: unroll(groups, (group) => `let l${group}_${k} = ${own(group)};`),
    scalar: (row) => ofLane(`l${row >> 2}_${k}`, row),
  };
}

/** The loop sum += left * right; all operands of a turn are loaded before the first accumulator moves. */
export function productLoop(code: ProductCode): string {
  const { tile, inner, columns, first, bound, shared } = code;
  if (tile.shared && shared) return sharedLoop(code, tile.shared, shared, productLoop);
  const { turn = 1 } = tile;
  const steps = inner % turn === 0 ? turn : 1;
  const block = (ks: readonly string[]): string => {
    const lefts = leftsAt(code, ks);
    const loads = ks.map((k, index) => {
      const rights = columns.map(({ right }, vector) => `let r${vector}_${k} = ${right(k)};`).join(' ');
      return `${lefts[index].load} ${rights}`;
    });
    const rows = unroll(tile.rows, (row) => {
      const scalars = ks.map((k, index) => `let x${k} = ${lefts[index].scalar(row)};`).join(' ');
      const sums = columns.map(({ sum }, vector) => {
        const component = (c: string) => ks.reduce((before, k) => `(${before} + x${k} * r${vector}_${k}.${c})`, `${sum(row)}.${c}`);
        return `${sum(row)} = vec4f(${COMPONENT.map(component).join(', ')});`;
      });
      return `{ ${scalars} ${sums.join(' ')} }`;
    });
    return `${loads.join('\n')}\n${rows}`;
  };
  const names = Array.from({ length: steps }, (_, step) => `k${step}`);
  const declare = (name: string, step: number): string => `let ${name} = ${first ? `${first} + ` : ''}turn * ${steps}u + ${step}u;`;
  const body = bound
    ? names.map((name, step) => `{ ${declare(name, step)} if (${name} >= ${bound}) { break; } ${block([name])} }`).join('\n')
    : `${names.map(declare).join(' ')}\n${block(names)}`;
  return `for (var turn = 0u; turn < ${inner / steps}u; turn++) {
    ${body}
  }`;
}

export const accumulator = (row: number, vector: number): string => `s${row}_${vector}`;

/** All accumulators of a tile that has one group. */
export const sumsOf = (tile: Tile): TileSums => ({ tile, groups: [0], name: (_, row, vector) => accumulator(row, vector) });

/** Declares every accumulator of the tile at zero. */
export const declareAccumulators = (tile: Tile): string => zeroSums(sumsOf(tile));

/** Rows past the batch are computed with the last row's data and must not be stored: what holds of the others, if it must be asked. */
export const storeGuard = (batch: number, tile: Tile, { row }: TilePlace): string =>
  batch % rowsTogether(tile) === 0 ? '' : `firstRow + ${row} < ${batch}u`;

export function forTile(tile: Tile, line: (row: number, vector: number) => string): string {
  return unroll(tile.rows, (row) => unroll(tile.vectors, (vector) => line(row, vector)));
}

/** The accumulators declared by `declareAccumulators`, with the right operand of each vec4 of columns. */
export const tileColumns = ({ vectors }: Tile, right: (vector: number, k: string) => string): readonly Columns[] =>
  Array.from({ length: vectors }, (_, vector) => ({ sum: (row) => accumulator(row, vector), right: (k) => right(vector, k) }));
