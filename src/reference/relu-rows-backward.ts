import type { Buffers, Call } from './options.ts';
import type { ReluRowsOptions } from './relu-rows.ts';

/** gradient[i] where rows[i] > 0, else 0; rows hold the outputs of the rectifier. */
export function reluRowsBackward({ elements }: ReluRowsOptions, call: Call, { rows, gradient }: Buffers): void {
  for (let i = 0; i < elements; i++) if (!(rows[call.rows + i] > 0)) gradient[call.gradient + i] = 0;
}
