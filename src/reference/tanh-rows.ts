import type { Buffers, Call } from './options.ts';

export interface TanhRowsOptions {
  readonly elements: number;
}

/** rows[i] = tanh(rows[i]). */
export function tanhRows({ elements }: TanhRowsOptions, call: Call, { rows }: Buffers): void {
  for (let i = call.rows; i < call.rows + elements; i++) rows[i] = Math.tanh(rows[i]);
}
