// All engines at one size and cell, one after the other.
import type { Cell } from '../../src/workload.ts';
import { compared, type Row, timedRow } from './row.ts';
import type { Size } from './size.ts';
import { type TimingOptions, timeSteps } from './timing.ts';
import type { Torch } from './torch.ts';
import { createTraining, type Training } from './training.ts';
import type { Roofs } from './work.ts';

/** In the order of `KernelTime`, so many are told. */
const TOLD_KERNELS = 6;

export interface Bench {
  readonly device: GPUDevice;
  readonly torch: Torch | undefined;
  readonly roofs: Roofs;
  readonly timing: TimingOptions;
}

/** Our row, then PyTorch's without TF32 and, where there is TF32, with it. Never throws for a size that is too large. */
export async function measure({ device, torch, roofs, timing }: Bench, size: Size, cell: Cell): Promise<Row[]> {
  const place = { size: size.name, cell };
  let training: Training | undefined;
  try {
    training = await createTraining(device, size, cell);
    const ours = timedRow({ peer: 'retrograde', tf32: false }, size, cell, await timeSteps(training, timing), roofs);
    const { dispatches, bytes, batch, parameters, choice } = training;
    const rows: Row[] = [{ ...ours, dispatches, bytes, choice, ...(await kernelFigures(training)) }];
    for (const tf32 of torch ? modes(torch) : []) {
      const result = await (torch as Torch).time(size, cell, { batch, parameters }, { ...timing, tf32 });
      const other = { peer: 'pytorch', tf32 } as const;
      rows.push('error' in result ? { ...place, ...other, ...result } : compared(timedRow(other, size, cell, result, roofs), ours));
    }
    return rows;
  } catch (error) {
    return [{ ...place, peer: 'retrograde', tf32: false, error: error instanceof Error ? error.message : String(error) }];
  } finally {
    training?.destroy();
  }
}

const modes = ({ info }: Torch): readonly boolean[] => (info.cuda === null ? [false] : [false, true]);

async function kernelFigures(training: Training) {
  const kernels = await training.kernels();
  return kernels && { kernelMs: kernels.reduce((sum, { ms }) => sum + ms, 0), kernels: kernels.slice(0, TOLD_KERNELS) };
}
