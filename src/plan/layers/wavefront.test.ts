import { describe, expect, it } from 'vitest';
import { cells, smallSpec, smallTraining } from '../../testing/models.ts';
import { expectSound } from '../../testing/plans.ts';
import { defaultProfile } from '../profile.ts';
import { dispatchesOf, worksOf } from '../step.ts';
import { planTraining } from '../training.ts';

const T = 6;
const gpu = { ...defaultProfile, software: false, maxStorageBuffersPerShaderStage: 10 };

const plan = (
  kernel: 'step' | 'wavefront',
  {
    cell = 'lstm',
    layers = 2,
    lengths = false,
    hiddenSize = 8,
    profile = gpu,
  }: Partial<{ cell: keyof typeof cells; layers: number; lengths: boolean; hiddenSize: number; profile: typeof gpu }>,
) => {
  const spec = smallSpec({ recurrent: { ...cells[cell], layers, hiddenSize } });
  return planTraining(spec, smallTraining({ timeSteps: T, lengths }), { ...profile, kernel }).plan;
};

/** Dispatches of a sweep: those in which a layer takes a time step. */
const turns = (made: ReturnType<typeof plan>, sweep: 'forward' | 'backward'): number =>
  dispatchesOf(made.steps).filter((step) => worksOf([step]).some(({ label }) => label.startsWith(`${sweep}_`) && label.includes(' t=')))
    .length;

describe('a wavefront', () => {
  it.each(['lstm', 'gru', 'rnn-tanh', 'rnn-relu'] as const)('of two %s layers takes T + 2 dispatches a sweep instead of 2 T', (cell) => {
    const [step, wave] = [plan('step', { cell }), plan('wavefront', { cell })];
    expectSound(wave);
    for (const sweep of ['forward', 'backward'] as const) {
      expect(turns(step, sweep)).toBe(2 * T);
      expect(turns(wave, sweep)).toBe(T + 2);
    }
    expect(wave.describe().flop).toBe(step.describe().flop);
  });

  it('has layer 0 a step ahead of the product, and that a step ahead of layer 1; in reverse the other way', () => {
    const labels = dispatchesOf(plan('wavefront', {}).steps).map(({ label }) => label);
    expect(labels).toContain('forward_l0 t=3 | project_l1 | forward_l1 t=1');
    expect(labels).toContain('backward_l1 t=2 | inputGradient_l1 | backward_l0 t=4');
  });

  it('in reverse waits a turn more where rows end early, whose gradient reaches ahead', () => {
    const wave = plan('wavefront', { lengths: true });
    expectSound(wave);
    expect(turns(wave, 'forward')).toBe(T + 2);
    expect(dispatchesOf(wave.steps).map(({ label }) => label)).toContain('backward_l1 t=2 | inputGradient_l1 | backward_l0 t=5');
  });

  it.each([1, 2, 3, 4, 8])('stays within bindings, uniforms and workgroup memory: %i layers', (layers) => {
    for (const maxStorageBuffersPerShaderStage of [8, 10, 16, 64])
      for (const hiddenSize of [8, 32]) {
        const profile = { ...gpu, maxStorageBuffersPerShaderStage };
        const [step, wave] = [plan('step', { layers, hiddenSize, profile }), plan('wavefront', { layers, hiddenSize, profile })];
        expectSound(wave);
        expect(wave.describe().dispatches).toBeLessThanOrEqual(step.describe().dispatches + (layers - 1) * 2 * T);
      }
  });

  it('does not exceed the work budget', () => {
    const flop = Math.max(
      ...dispatchesOf(plan('step', {}).steps)
        .filter(({ phase }) => phase === 'forward')
        .map((step) => step.flop),
    );
    const wave = plan('wavefront', { profile: { ...gpu, flopPerMillisecond: flop, budgetMilliseconds: 1 } });
    expect(dispatchesOf(wave.steps).filter(({ parts, flop: own }) => parts && own > flop)).toEqual([]);
  });
});
