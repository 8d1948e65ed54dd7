/** Between the user's plain arrays and the padded rows of the GPU. */
import { padded } from '../plan/legend.ts';
import { InputError } from '../spec/input-error.ts';

/** Rows of `columns` values to rows of padded(columns), zeros behind; the input itself if nothing is to be padded. */
export function padRows(values: ArrayLike<number>, columns: number): Float32Array<ArrayBuffer> {
  const stride = padded(columns);
  const rows = values.length / columns;
  const out = new Float32Array(rows * stride);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) out[row * stride + column] = values[row * columns + column];
  return out;
}

/** The inverse of `padRows`. */
export function unpadRows(values: Float32Array, columns: number): Float32Array<ArrayBuffer> {
  const stride = padded(columns);
  const rows = values.length / stride;
  const out = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) out.set(values.subarray(row * stride, row * stride + columns), row * columns);
  return out;
}

/** Time-major ids [T, B] to rows [B, T]: a gathered batch reads each row's tokens in a stretch. */
export function toBatchMajor(ids: ArrayLike<number>, timeSteps: number, batch: number): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(timeSteps * batch);
  for (let t = 0; t < timeSteps; t++) for (let b = 0; b < batch; b++) out[b * timeSteps + t] = ids[t * batch + b];
  return out;
}

export function requireArray(name: string, values: unknown, type: 'Int32Array' | 'Float32Array', length: number, shape: string): void {
  const isRight = type === 'Int32Array' ? values instanceof Int32Array : values instanceof Float32Array;
  const got = (values as object | undefined)?.constructor?.name ?? String(values);
  if (!isRight) throw new InputError(`${name} must be ${type === 'Int32Array' ? 'an' : 'a'} ${type} ${shape}, got ${got}`);
  const { length: count } = values as ArrayLike<number>;
  if (count !== length) throw new InputError(`${name} must have ${length} values ${shape}, got ${count}`);
}

/** The time steps of each row as u32. */
export function requireLengths(lengths: ArrayLike<number>, rows: number, timeSteps: number): Uint32Array<ArrayBuffer> {
  if (lengths.length !== rows) throw new InputError(`lengths must have ${rows} values [B=${rows}], got ${lengths.length}`);
  return Uint32Array.from({ length: rows }, (_, row) => {
    const length = lengths[row];
    if (Number.isInteger(length) && length >= 1 && length <= timeSteps) return length;
    throw new InputError(`lengths must hold whole numbers from 1 to ${timeSteps}, got ${length} for row ${row}`);
  });
}

export function requireIds(name: string, ids: Int32Array, count: number, ignored: boolean): void {
  for (const id of ids) {
    if (id >= count || id < (ignored ? -1 : 0))
      throw new InputError(`${name} must hold ids from 0 to ${count - 1}${ignored ? ' or -1 (does not count)' : ''}, got ${id}`);
  }
}

/** [T, A·B, ...] to [A, T, B, ...]. */
export function byPart<Values extends Float32Array | Int32Array>(
  values: Values,
  timeSteps: number,
  parts: number,
  rows: number,
): Values & { buffer: ArrayBuffer } {
  const row = values.length / (timeSteps * rows);
  const block = (rows / parts) * row;
  const out = (values instanceof Float32Array ? new Float32Array(values.length) : new Int32Array(values.length)) as Values & {
    buffer: ArrayBuffer;
  };
  for (let part = 0; part < parts; part++) {
    for (let t = 0; t < timeSteps; t++)
      out.set(values.subarray((t * parts + part) * block, (t * parts + part + 1) * block), (part * timeSteps + t) * block);
  }
  return out;
}
