// A row of the results: one engine, one size, one cell.
import type { Cell } from '../../src/workload.ts';
import type { Size } from './size.ts';
import type { Timing } from './timing.ts';
import type { KernelTime } from './training.ts';
import { type Roofs, sharesOf, stepFlop } from './work.ts';

/** Largest difference of losses, in nats, that passes. Sums run in another order in every engine; the losses themselves are about 4. */
export const LOSS_TOLERANCE = 1e-3;

interface Place {
  readonly peer: 'retrograde' | 'pytorch';
  readonly size: string;
  readonly cell: Cell;
  readonly tf32: boolean;
}

export interface FailedRow extends Place {
  readonly error: string;
}

export interface TimedRow extends Place, Omit<Timing, 'losses'> {
  /** By the operations of `stepFlop`. */
  readonly gflops: number;
  readonly flopShare: number;
  readonly bandwidthShare: number;
  readonly losses: readonly number[];
  /** Of PyTorch: its time over ours, one by one and pipelined; above 1 ours is faster. */
  readonly timesOurs?: number;
  readonly timesOursPipelined?: number;
  /** Of PyTorch: the largest difference to our losses. */
  readonly lossGap?: number;
  /** Of ours: milliseconds of all kernels by timestamps, neither upload nor host; and the slowest of them. */
  readonly kernelMs?: number;
  readonly kernels?: readonly KernelTime[];
  /** How our kernels were chosen. */
  readonly choice?: string;
  readonly dispatches?: number;
  readonly bytes?: number;
  /** Whether each step brings its batch from the host anew. */
  readonly uploads: boolean;
}

export type Row = TimedRow | FailedRow;

export const isTimed = (row: Row): row is TimedRow => 'ms' in row;

/** What is measured of one engine, as a row. The shares are those of the pipelined time, in which the device waits least. */
export function timedRow(place: Pick<Place, 'peer' | 'tf32'>, size: Size, cell: Cell, timing: Timing, roofs: Roofs): TimedRow {
  return {
    ...place,
    size: size.name,
    cell,
    ...timing,
    gflops: stepFlop(size, cell) / timing.msPipelined / 1e6,
    ...sharesOf(size, cell, timing.msPipelined, roofs),
    uploads: place.peer === 'retrograde',
  };
}

/** PyTorch's row beside ours. */
export function compared(row: TimedRow, ours: TimedRow): TimedRow {
  const n = Math.min(row.losses.length, ours.losses.length);
  return {
    ...row,
    timesOurs: row.ms / ours.ms,
    timesOursPipelined: row.msPipelined / ours.msPipelined,
    lossGap: Math.max(...row.losses.slice(0, n).map((loss, step) => Math.abs(loss - ours.losses[step]))),
  };
}

/** A row that must not be trusted: it failed, a loss is not a number, or fp32 disagrees. TF32 rounds to 10 bits and may. */
export function isBad(row: Row): boolean {
  if (!isTimed(row)) return row.peer === 'retrograde';
  if (!row.losses.every(Number.isFinite)) return true;
  return !row.tf32 && row.lossGap !== undefined && !(row.lossGap <= LOSS_TOLERANCE);
}
