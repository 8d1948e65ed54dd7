import type { Buffers, Call } from './options.ts';

export interface JoinColumnsOptions {
  readonly rows: number;
  readonly firstColumns: number;
  /** From one row of `first` to the next. */
  readonly firstStride: number;
  /** Equal blocks of the columns of `first`, each padded by itself. */
  readonly firstBlocks: number;
  readonly secondColumns: number;
  readonly secondStride: number;
  /** From one row of `joined` to the next. */
  readonly stride: number;
}

/** Where column i of `first` lies in its padded row. */
export function firstPlace({ firstColumns, firstStride, firstBlocks }: JoinColumnsOptions, i: number): number {
  const units = firstColumns / firstBlocks;
  return Math.floor(i / units) * (firstStride / firstBlocks) + (i % units);
}

/** joined[row] = the columns of first[row], those of second[row], then zeros. */
export function joinColumns(options: JoinColumnsOptions, call: Call, { first, second, joined }: Buffers): void {
  const { rows, firstColumns, firstStride, secondColumns, secondStride, stride } = options;
  for (let row = 0; row < rows; row++) {
    const place = call.joined + row * stride;
    joined.fill(0, place, place + stride);
    for (let i = 0; i < firstColumns; i++) joined[place + i] = first[call.first + row * firstStride + firstPlace(options, i)];
    for (let i = 0; i < secondColumns; i++) joined[place + firstColumns + i] = second[call.second + row * secondStride + i];
  }
}
