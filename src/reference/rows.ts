/** What the twins over rows [T, B, columns] share: options, and how many time steps of a row are real. */
import type { Buffers, Call } from './options.ts';

export interface RowsOptions {
  readonly batch: number;
  readonly timeSteps: number;
  /** Row b ends after lengths[b] time steps; false: every row after T. */
  readonly lengths: boolean;
}

/** The real time steps of row b. */
export const lengthOf = ({ lengths, timeSteps }: RowsOptions, call: Call, buffers: Buffers, b: number): number =>
  lengths ? Math.min(buffers.lengths[(call.lengths ?? 0) + b], timeSteps) : timeSteps;
