/** Rows whose states start anew: which ones do, and what that does to states that are carried from step to step. */
import type { Executor } from '../gpu/executor.ts';
import type { CarriedState } from '../plan/carry.ts';
import { InputError } from '../spec/input-error.ts';

/** [rows] that all start anew (1), or all read on (0). */
export const rowsAnew = (rows: number, isAnew: boolean): Uint32Array<ArrayBuffer> => new Uint32Array(rows).fill(isAnew ? 1 : 0);

/** What a batch says of its rows: without carried states, all start anew. */
export function requireAnew(anew: ArrayLike<number> | undefined, rows: number, stateful: boolean): Uint32Array<ArrayBuffer> {
  if (!anew) return rowsAnew(rows, !stateful);
  if (!stateful) throw new InputError('anew belongs to a trainer with stateful true; with false all rows start anew');
  if (anew.length !== rows) throw new InputError(`anew must have ${rows} values [B=${rows}], got ${anew.length}`);
  return Uint32Array.from({ length: rows }, (_, row) => {
    const value = anew[row];
    if (value === 0 || value === 1) return value;
    throw new InputError(`anew must hold 0 or 1, got ${value} for row ${row}`);
  });
}

/** Sets the carried states [A, B, H] of these rows, [A·B], to zero; a learned initial state takes their place in the plan. */
export function clearAnew(
  encoder: GPUCommandEncoder,
  executor: Pick<Executor, 'bufferOf'>,
  carried: readonly CarriedState[],
  anew: ArrayLike<number>,
): void {
  const rows = Array.from(anew).flatMap((value, row) => (value === 0 ? [] : [row]));
  if (rows.length === 0) return;
  for (const { h, c } of carried) {
    for (const tensor of c ? [h, c] : [h]) {
      const buffer = executor.bufferOf(tensor);
      const rowBytes = tensor.bytes / anew.length;
      if (rows.length === anew.length) encoder.clearBuffer(buffer);
      else for (const row of rows) encoder.clearBuffer(buffer, row * rowBytes, rowBytes);
    }
  }
}

/** Sets all rows of carried states to their initial states, for a plan that does not do so itself. */
export function startAll(
  encoder: GPUCommandEncoder,
  executor: Pick<Executor, 'bufferOf'>,
  carried: readonly CarriedState[],
  parameters: GPUBuffer,
): void {
  for (const { layer, h, c } of carried) {
    for (const [tensor, start] of [[h, layer.start?.h] as const, ...(c ? [[c, layer.start?.c] as const] : [])]) {
      const buffer = executor.bufferOf(tensor);
      if (!start) encoder.clearBuffer(buffer);
      else
        for (let at = 0; at < tensor.bytes; at += start.columns * 4)
          encoder.copyBufferToBuffer(parameters, start.offset * 4, buffer, at, start.columns * 4);
    }
  }
}
