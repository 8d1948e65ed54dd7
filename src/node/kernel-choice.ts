/** Which recurrent kernels a run gets: those that were asked for, else those that are faster on this adapter. */
import { type FasterKernel, fasterKernel } from '../index.ts';
import type { Job } from './job.ts';

/** A shorter run is over before the second that a measurement takes would come back. */
const LEAST_STEPS = 100;

/** What the engine is given; `tell` gets a sentence about what was measured. */
export async function chooseKernel(
  device: GPUDevice,
  { kernel, model, train, steps }: Pick<Job, 'kernel' | 'model' | 'train' | 'steps'>,
  tell: (sentence: string) => void,
): Promise<Pick<FasterKernel, 'kernel' | 'flopPerMillisecond'>> {
  if (kernel !== 'auto' || steps < LEAST_STEPS) return { kernel };
  const choice = await fasterKernel(device, model, train);
  if (choice.timed) tell(describeChoice(choice));
  return choice;
}

const words = { sequence: 'one dispatch per layer', step: 'one dispatch per time step', auto: 'by size' } as const;

/** `recurrent kernels: one dispatch per time step, 21.4 ms against 25.5 ms for one dispatch per layer (32 time steps, measured on this adapter before)` */
export function describeChoice({ kernel, timed }: FasterKernel): string {
  if (!timed) return `recurrent kernels: ${words[kernel]}, there is one way only`;
  const { milliseconds, timeSteps, known } = timed;
  const others = (Object.keys(milliseconds) as (keyof typeof words)[]).filter((name) => name !== kernel);
  const timeOf = (name: keyof typeof words): string => `${(milliseconds[name] ?? Number.NaN).toPrecision(3)} ms`;
  const against = others.map((name) => `${timeOf(name)} for ${words[name]}`).join(' and ');
  return `recurrent kernels: ${words[kernel]}, ${timeOf(kernel)} against ${against} (${timeSteps} time steps, measured on this adapter ${known ? 'before' : 'now'})`;
}
