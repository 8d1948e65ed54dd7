import type { Buffers, Call } from './options.ts';

export interface RepeatRowsOptions {
  readonly rows: number;
  readonly columns: number;
  readonly times: number;
}

/** out[r] = source[r / times]. */
export function repeatRows({ rows, columns, times }: RepeatRowsOptions, call: Call, { source, out }: Buffers): void {
  for (let row = 0; row < rows * times; row++) {
    const from = call.source + Math.floor(row / times) * columns;
    out.set(source.subarray(from, from + columns), call.out + row * columns);
  }
}
