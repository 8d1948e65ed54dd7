/** Rows of different lengths as one time-major array. */
import { InputError } from '../../spec/input-error.ts';

/**
 * Ids [T, B], `fill` behind the end of each row.
 *
 * @param rows [B] ids of each row, at most `timeSteps`
 */
export function padIds(rows: readonly ArrayLike<number>[], timeSteps: number, fill: number): Int32Array {
  const out = new Int32Array(timeSteps * rows.length).fill(fill);
  for (const [row, ids] of rows.entries()) for (let t = 0; t < ids.length; t++) out[t * rows.length + row] = ids[t];
  return out;
}

/**
 * Values [T, B, size], zeros behind the end of each row.
 *
 * @param valueAt component k of row b at time t; asked within the lengths only
 */
export function padVectors(
  lengths: ArrayLike<number>,
  timeSteps: number,
  size: number,
  valueAt: (row: number, t: number, component: number) => number,
): Float32Array {
  const rows = lengths.length;
  const out = new Float32Array(timeSteps * rows * size);
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < lengths[row]; t++)
      for (let component = 0; component < size; component++) out[(t * rows + row) * size + component] = valueAt(row, t, component);
  }
  return out;
}

/**
 * How long each row is.
 *
 * @param what what messages call a row, such as `a text`
 * @throws InputError for a row of no time steps or of more than `most`.
 */
export function lengthsOf(what: string, rows: readonly ArrayLike<unknown>[], most: number): Uint32Array {
  return Uint32Array.from(rows, ({ length }) => {
    if (length >= 1 && length <= most) return length;
    throw new InputError(`${what} must have 1 to ${most} time steps, got ${length}`);
  });
}

/** The longest of some rows; 1 if there is none. */
export function longestOf(rows: Iterable<{ readonly length: number }>): number {
  let longest = 1;
  for (const { length } of rows) if (length > longest) longest = length;
  return longest;
}
