import type { Buffers, Call } from './options.ts';

export interface ReluRowsOptions {
  readonly elements: number;
}

/** rows[i] = max(rows[i], 0). */
export function reluRows({ elements }: ReluRowsOptions, call: Call, { rows }: Buffers): void {
  for (let i = call.rows; i < call.rows + elements; i++) rows[i] = Math.max(rows[i], 0);
}
