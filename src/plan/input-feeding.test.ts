import { describe, expect, it } from 'vitest';
import type { ModelOptions } from '../spec/model.ts';
import { smallSpec, smallTraining } from '../testing/models.ts';
import { expectSound, plainPlan } from '../testing/plans.ts';
import { planBeam } from './beam.ts';
import { planDecoding } from './decoding.ts';
import { planInference } from './inference.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { planTraining } from './training.ts';

const hardware: AdapterProfile = { ...defaultProfile, software: false, flopPerMillisecond: 1e8 };
const specOf = (recurrent: Partial<ModelOptions['recurrent']>, kind: 'additive' | 'multiplicative' = 'additive') =>
  smallSpec({
    architecture: 'encoder-decoder',
    input: { kind: 'tokens', vocabulary: 7, embedding: 6 },
    recurrent,
    attention: { kind, inputFeeding: true },
  });
const sizes = { batch: 3, timeSteps: 4, sourceSteps: 5 };

describe.each([
  ['software', defaultProfile],
  ['a GPU', hardware],
] as const)('a plan with input feeding on %s', (_, profile) => {
  it.each([
    ['lstm', specOf({ cell: 'lstm' })],
    ['gru of two layers with dropout, multiplicative', specOf({ cell: 'gru', layers: 2, dropout: 0.2 }, 'multiplicative')],
    ['lstm of two layers with zoneout, read from both ends', specOf({ cell: 'lstm', layers: 2, zoneout: 0.2, bidirectional: true })],
  ] as const)('is sound and a pure function: %s', (_name, spec) => {
    for (const train of [{}, { accumulate: 2 }, { feedback: { kind: 'scheduled' } }, { monitor: true }] as const) {
      const [first, second] = [1, 2].map(() => planTraining(spec, smallTraining({ ...sizes, ...train }), profile).plan);
      expectSound(first);
      expect(plainPlan(first)).toEqual(plainPlan(second));
    }
    expectSound(planInference(spec, { ...sizes, stateful: false, withLoss: true }, profile).plan);
    expectSound(planDecoding(spec, sizes, profile).plan);
    expectSound(planBeam(spec, { ...sizes, beam: 2 }, profile).plan);
  });
});

it('needs 8 dispatches for a step of one layer forward and 9 in reverse', () => {
  const count = (timeSteps: number, phase: string): number => {
    const { plan } = planTraining(specOf({ cell: 'lstm' }), smallTraining({ ...sizes, timeSteps }));
    return plan.steps.filter((step) => step.kind === 'dispatch' && step.phase === phase).length;
  };
  // what is read, its product, the cell; queries, attention, join, combine, output
  expect(count(6, 'forward') - count(5, 'forward')).toBe(8);
  // 3 to combine, 2 of the scores, the query; the cell, its input, what was fed
  expect(count(6, 'backward') - count(5, 'backward')).toBe(9);
});

it('writes the output one row behind, with a row of zeros in front that no dispatch writes', () => {
  const { attention, fed } = planDecoding(specOf({ cell: 'lstm' }), sizes).network;
  expect(attention?.output.shape).toEqual([5, 3, 4]);
  expect(attention?.output.storage).toBe('kept');
  expect(attention?.outputOffset).toBe(12);
  expect([fed?.features, fed?.vector, fed?.joined.columns]).toEqual([6, 3, 12]);
});
