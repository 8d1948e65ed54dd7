/**
 * Sweeps over time whose threads own rows of the batch alone (`alone` of a tile), in all units: they go through these in a loop inside of the time step, as many at once as the accumulators hold.
 * Of others, whose threads own neighbouring units of the same rows, the functions here say what was there anyway.
 */
import type { Tile } from './product.ts';
import { rowsTogether } from './shared-tile.ts';
import { LANE } from './tile-sums.ts';

/** Runs `body` for each row of the thread's own that exists and each unit at hand. */
export const forOwnRows = (batch: number, tile: Tile, body: string): string => {
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
