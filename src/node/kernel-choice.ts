/** Which kernels a run gets: those that were asked for, else those that are faster on this adapter. */
import { describeChoice, type FasterKernel, fasterKernel } from '../index.ts';
import type { Job } from './job.ts';

/** A shorter run is over before the second that a measurement takes would come back. */
const LEAST_STEPS = 100;

/** What the engine is given; `tell` gets a sentence about what was measured. */
export async function chooseKernel(
  device: GPUDevice,
  { engine: { kernel, products }, model, train, steps }: Pick<Job, 'engine' | 'model' | 'train' | 'steps'>,
  tell: (sentence: string) => void,
): Promise<Pick<FasterKernel, 'kernel' | 'products' | 'flopPerMillisecond'>> {
  if (steps < LEAST_STEPS) return { kernel, products };
  const choice = await fasterKernel(device, model, train, { kernel, products });
  if (choice.timed || choice.timedProducts) tell(describeChoice(choice));
  return choice;
}
