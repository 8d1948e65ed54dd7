/** The part of a plan that belongs to its first time steps, to be timed instead of the whole. */
import { createTogether } from '../plan/beside.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import type { DispatchStep } from '../plan/step.ts';

/** Of `total` time steps the first `timeSteps`: of sweeps these, of dispatches beside each other those with such a sweep in them, and as large a share of what has no place in time. */
export function firstSteps(
  steps: readonly DispatchStep[],
  timeSteps: number,
  total: number,
  profile: AdapterProfile,
): readonly DispatchStep[] {
  const together = createTogether(profile);
  const within = (step: DispatchStep): DispatchStep[] => {
    if (timeSteps >= total) return [step];
    if (step.parts) {
      const sweeps = step.parts.filter(isSweep).flatMap(within);
      return sweeps.length > 0 ? together(step.parts.flatMap((part) => (isSweep(part) ? within(part) : [part]))) : [];
    }
    if (!isSweep(step)) return [share(step, timeSteps / total)];
    const { begin, end } = step.values;
    if (begin >= timeSteps) return [];
    const last = Math.min(end, timeSteps);
    return [{ ...step, values: { ...step.values, end: last }, flop: (step.flop * (last - begin)) / (end - begin) }];
  };
  return steps.flatMap(within);
}

/** Whether a dispatch takes time steps from one to another. */
export const isSweep = ({ values }: DispatchStep): boolean => values.begin !== undefined && values.end !== undefined;

/** As many of its workgroups, if it may be cut. */
function share(step: DispatchStep, part: number): DispatchStep {
  const [count, ...others] = step.workgroups;
  const kept = step.kernel.range?.along === 'workgroups' ? Math.ceil(count * part) : count;
  return { ...step, workgroups: [kept, ...others], flop: (step.flop * kept) / count };
}
