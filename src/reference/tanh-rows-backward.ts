import type { Buffers, Call } from './options.ts';
import type { TanhRowsOptions } from './tanh-rows.ts';

/** gradient[i] *= 1 - rows[i]², where rows hold the outputs of tanh. */
export function tanhRowsBackward({ elements }: TanhRowsOptions, call: Call, { rows, gradient }: Buffers): void {
  for (let i = 0; i < elements; i++) gradient[call.gradient + i] *= 1 - rows[call.rows + i] ** 2;
}
