import { firstPlace, type JoinColumnsOptions } from './join-columns.ts';
import type { Buffers, Call } from './options.ts';

/** first[row] and second[row] from the columns of joined[row]; zeros in their padding. */
export function splitColumns(options: JoinColumnsOptions, call: Call, { first, second, joined }: Buffers): void {
  const { rows, firstColumns, firstStride, secondColumns, secondStride, stride } = options;
  for (let row = 0; row < rows; row++) {
    const place = call.joined + row * stride;
    first.fill(0, call.first + row * firstStride, call.first + (row + 1) * firstStride);
    for (let i = 0; i < firstColumns; i++) first[call.first + row * firstStride + firstPlace(options, i)] = joined[place + i];
    for (let i = 0; i < secondStride; i++) {
      second[call.second + row * secondStride + i] = i < secondColumns ? joined[place + firstColumns + i] : 0;
    }
  }
}
