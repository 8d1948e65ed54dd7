/** What is measured on a GPU before a run, and loaded there alone: of a software adapter sizes say which kernels are faster, and compiling both kinds would take longer than the better one wins. */
import { describeChoice, type EngineOptions, fasterKernel } from '../../src/index.ts';
import type { Material } from './material.ts';

export interface MeasuredKernels {
  readonly engine: Pick<EngineOptions, 'kernel' | 'products' | 'flopPerMillisecond'>;
  /** What was measured, as a sentence; absent where there was nothing to choose. */
  readonly told?: string;
}

export async function measureKernels(device: GPUDevice, { model, train }: Material): Promise<MeasuredKernels> {
  const choice = await fasterKernel(device, model, train);
  const { kernel, products, flopPerMillisecond, timed, timedProducts } = choice;
  return { engine: { kernel, products, flopPerMillisecond }, ...((timed || timedProducts) && { told: describeChoice(choice) }) };
}
