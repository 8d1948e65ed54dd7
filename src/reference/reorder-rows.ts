import type { Buffers, Call } from './options.ts';

export interface ReorderRowsOptions {
  readonly count: number;
  readonly columns: number;
}

/** rows[out + r] = rows[source + parents[r]]. */
export function reorderRows({ count, columns }: ReorderRowsOptions, call: Call, { parents, rows }: Buffers): void {
  for (let row = 0; row < count; row++) {
    const from = call.source + parents[call.parents + row] * columns;
    rows.set(rows.slice(from, from + columns), call.out + row * columns);
  }
}
