/** What a run will be, before a GPU is asked for anything. */
import { type AdapterProfile, defaultProfile, parameterCount, parameterTable, planTraining } from '../../src/index.ts';
import type { PlanSummary } from '../protocol.ts';
import type { Material } from './material.ts';

/** What an adapter reaches on the small matrices of such networks, until it has been measured. */
const usualFlopPerMillisecond = { software: 2e6, hardware: 5e7 };
/** What a dispatch costs that has nothing to do. */
const dispatchMilliseconds = { software: 0.05, hardware: 0.01 };

export function summarise(
  { model, train, extent, steps }: Material,
  profile: AdapterProfile = defaultProfile,
  measured = Number.NaN,
  kernelChoice?: string,
): PlanSummary {
  const { dispatchesChunked, bytes, givenBytes, flop, kernels } = planTraining(model, train, profile).plan.describe();
  const adapter = profile.software ? 'software' : 'hardware';
  const expected = flop / usualFlopPerMillisecond[adapter] + dispatchesChunked * dispatchMilliseconds[adapter];
  return {
    parameters: parameterCount(parameterTable(model)),
    bytes: bytes + givenBytes,
    dispatches: dispatchesChunked,
    flop,
    kernels,
    ...(kernelChoice && { kernelChoice }),
    milliseconds: Number.isNaN(measured) ? expected : flop / measured,
    timeSteps: train.timeSteps,
    ...(train.sourceSteps !== undefined && { sourceSteps: train.sourceSteps }),
    extent,
    steps,
  };
}
