import { describe, expect, it } from 'vitest';
import { defaultProfile } from '../plan/profile.ts';
import { dispatchesOf, worksOf } from '../plan/step.ts';
import { planTraining } from '../plan/training.ts';
import { smallSpec, smallTraining } from '../testing/models.ts';
import { firstSteps, isSweep } from './first-steps.ts';

const profile = { ...defaultProfile, software: false, maxStorageBuffersPerShaderStage: 10 };
const T = 12;
const stepsOf = (kernel: 'sequence' | 'step' | 'wavefront', timeSteps = T) => {
  const spec = smallSpec({ recurrent: { cell: 'lstm', hiddenSize: 16, layers: 2 } });
  const { plan } = planTraining(spec, smallTraining({ batch: 16, timeSteps, lengths: false }), { ...profile, kernel });
  return dispatchesOf(plan.steps).filter(({ label }) => /^(forward|backward|project|inputGradient)_l/.test(label));
};
const flop = (steps: ReturnType<typeof stepsOf>): number => steps.reduce((sum, step) => sum + step.flop, 0);
const sweepFlop = (steps: ReturnType<typeof stepsOf>): number => flop(worksOf(steps).filter(isSweep));

describe('the first time steps', () => {
  it.each(['sequence', 'step', 'wavefront'] as const)('of %s kernels are as much work as a plan of so many', (kernel) => {
    const part = firstSteps(stepsOf(kernel), 3, T, profile);
    const short = stepsOf(kernel, 3);
    expect(sweepFlop([...part])).toBeCloseTo(sweepFlop(short), 3);
    // products come in whole workgroups, and a wavefront has some more of them at its end
    expect(flop([...part]) / flop(short)).toBeGreaterThan(0.9);
    expect(flop([...part]) / flop(short)).toBeLessThan(1.3);
  });

  it('of a wavefront are dispatched as such', () => {
    const part = firstSteps(stepsOf('wavefront'), 3, T, profile);
    expect(part.length).toBe(2 * (3 + 2));
    expect(part.filter(({ parts }) => parts?.length === 3).length).toBeGreaterThanOrEqual(2);
  });

  it('are the steps themselves where they are all', () => {
    const steps = stepsOf('wavefront');
    expect(firstSteps(steps, T, T, profile)).toEqual(steps);
  });
});
