import type { Buffers, Call } from './options.ts';
import { lengthOf, type RowsOptions } from './rows.ts';

export interface PoolRowsOptions extends RowsOptions {
  readonly mode: 'mean' | 'max' | 'last';
  readonly hiddenSize: number;
}

/** pooled[b] = the mean, maximum or last of the real rows[t, b]; 0 where there is none. */
export function poolRows(options: PoolRowsOptions, call: Call, buffers: Buffers): void {
  const { mode, batch, hiddenSize } = options;
  for (let b = 0; b < batch; b++) {
    const length = lengthOf(options, call, buffers, b);
    for (let j = 0; j < hiddenSize; j++) {
      const row = (t: number) => buffers.rows[(call.rows ?? 0) + (t * batch + b) * hiddenSize + j];
      let value = 0;
      if (mode === 'mean') {
        for (let t = 0; t < length; t++) value += row(t) / length;
      } else if (length > 0) {
        value = row(mode === 'max' ? firstMaximum(length, row) : length - 1);
      }
      buffers.pooled[(call.pooled ?? 0) + b * hiddenSize + j] = value;
    }
  }
}

/** The earliest time step whose number is the largest. */
export function firstMaximum(length: number, row: (t: number) => number): number {
  let first = 0;
  for (let t = 1; t < length; t++) if (row(t) > row(first)) first = t;
  return first;
}
