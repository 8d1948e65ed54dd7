import type { Buffers, Call } from './options.ts';

/** Where `control` holds the window's place among the sums. */
const slotPlace = 2;

export interface LossSumOptions {
  readonly rows: number;
}

/** sums[slot] = the sum of all losses of one window. */
export function lossSum({ rows }: LossSumOptions, _call: Call, { control, losses, sums }: Buffers): void {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += losses[row];
  sums[control[slotPlace]] = sum;
}
