import { firstPlace, type JoinColumnsOptions } from './join-columns.ts';
import type { Buffers, Call } from './options.ts';

export interface SplitColumnsOptions extends JoinColumnsOptions {
  /** Default false. */
  readonly addsSecond?: boolean;
}

/** first[row] and second[row] from the columns of joined[row]; zeros in their padding. With `addsSecond` second is added to. */
export function splitColumns(options: SplitColumnsOptions, call: Call, { first, second, joined }: Buffers): void {
  const { rows, firstColumns, firstStride, secondColumns, secondStride, stride } = options;
  for (let row = 0; row < rows; row++) {
    const place = call.joined + row * stride;
    first.fill(0, call.first + row * firstStride, call.first + (row + 1) * firstStride);
    for (let i = 0; i < firstColumns; i++) first[call.first + row * firstStride + firstPlace(options, i)] = joined[place + i];
    for (let i = 0; i < secondStride; i++) {
      const at = call.second + row * secondStride + i;
      second[at] = (options.addsSecond ? second[at] : 0) + (i < secondColumns ? joined[place + firstColumns + i] : 0);
    }
  }
}
