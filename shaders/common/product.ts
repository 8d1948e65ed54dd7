/**
 * The register-blocked inner product of every matrix kernel: one thread holds rows x vectors accumulators of four columns each
 * and walks k one step a turn (unrolling k by four cost 1.5x on SwiftShader, so it is not done).
 */
import { unroll } from '../wgsl.ts';

/** What one thread computes: `rows` rows times `4 * vectors` columns. */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
  /** Steps of k in one turn of the loop, default 1: a GPU then has several loads in flight; SwiftShader loses half its speed. Must divide K. */
  readonly turn?: number;
}

/** A loop over k = 0 .. inner - 1 in turns of `tile.turn` steps; `body` sees k. */
export function loopTurns({ turn = 1 }: Tile, inner: number, body: string, before = ''): string {
  const isEven = inner % turn === 0;
  const steps = isEven ? turn : 1;
  return `for (var turn = 0u; turn < ${inner / steps}u; turn++) {
    ${unroll(steps, (step) => `{ let k = ${before}turn * ${steps}u + ${step}u; ${body} }`)}
  }`;
}

export interface ProductCode {
  readonly tile: Tile;
  /** Number of k's, a constant: WGSL compilers then prove the loop finite. */
  readonly inner: number;
  /** Statements at the head of each turn, e.g. the loads of several rows at once. */
  readonly load: string;
  /** Expression of the left operand's element of row `row` at k. */
  readonly left: (row: number) => string;
  /** Expression of the right operand's four columns of vector `vector` at k. */
  readonly right: (vector: number) => string;
  /** First k of this part as an expression, and an upper bound to stop at when parts are uneven. */
  readonly first?: string;
  readonly bound?: string;
}

export const accumulator = (row: number, vector: number): string => `s${row}_${vector}`;

/** Declares every accumulator of the tile with its first value. */
export function declareAccumulators(tile: Tile, initial: (row: number, vector: number) => string): string {
  return forTile(tile, (row, vector) => `var ${accumulator(row, vector)} = ${initial(row, vector)};`);
}

/** Rows past the batch are computed with the last row's data and must not be stored. */
export const storeGuard = (batch: number, tile: Tile, row: number): string =>
  batch % tile.rows === 0 ? '' : `if (firstRow + ${row}u < ${batch}u) `;

export function forTile(tile: Tile, line: (row: number, vector: number) => string): string {
  return unroll(tile.rows, (row) => unroll(tile.vectors, (vector) => line(row, vector)));
}

/** The loop s += left * right. */
export function productLoop({ tile, inner, load, left, right, first, bound }: ProductCode): string {
  const stop = bound ? `if (k >= ${bound}) { break; }` : '';
  const body = `${stop}
    ${load}
    ${unroll(tile.vectors, (vector) => `let b${vector} = ${right(vector)};`)}
    ${unroll(tile.rows, (row) => `{ let a = ${left(row)}; ${unroll(tile.vectors, (vector) => `${accumulator(row, vector)} += a * b${vector};`, ' ')} }`)}`;
  return loopTurns(tile, inner, body, first ? `${first} + ` : '');
}
