import type { JoinColumnsOptions } from './join-columns.ts';
import type { Buffers, Call } from './options.ts';

/** first[row] and second[row] from the columns of joined[row]; zeros in their padding. */
export function splitColumns(options: JoinColumnsOptions, call: Call, { first, second, joined }: Buffers): void {
  const { rows, firstColumns, firstStride, secondColumns, secondStride, stride } = options;
  for (let row = 0; row < rows; row++) {
    const place = call.joined + row * stride;
    for (let i = 0; i < firstStride; i++) first[call.first + row * firstStride + i] = i < firstColumns ? joined[place + i] : 0;
    for (let i = 0; i < secondStride; i++) {
      second[call.second + row * secondStride + i] = i < secondColumns ? joined[place + firstColumns + i] : 0;
    }
  }
}
