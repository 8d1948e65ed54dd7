import { expect, it } from 'vitest';
import { smallSpec } from '../testing/models.ts';
import { segmentsOf } from './recompute.ts';
import { requireTrainable, type TrainOptions, trainSpec } from './train.ts';

const sizes = { batch: 2, timeSteps: 12, recompute: 4 };

it('cuts a window into equal segments, and leaves one without it whole', () => {
  expect(segmentsOf(trainSpec(sizes))).toEqual({ segments: 3, segmentSteps: 4 });
  expect(segmentsOf(trainSpec({ batch: 2, timeSteps: 12 }))).toEqual({ segments: 1, segmentSteps: 12 });
  expect(trainSpec(sizes)).toMatchObject({ recompute: 4, lengths: false });
  expect(() => trainSpec({ ...sizes, recompute: 5 })).toThrow('recompute must divide the 12 timeSteps into equal segments, got 5');
  expect(() => trainSpec({ ...sizes, recompute: 0 })).toThrow('recompute must be a positive integer, got 0');
});

const trainings: readonly [Partial<TrainOptions>, string][] = [
  [{ lengths: true }, 'lengths'],
  [{ accumulate: 2 }, 'accumulate'],
  [{ stateful: true, updateEvery: 6 }, 'updateEvery'],
  [{ monitor: true }, 'monitor'],
  [{ nonFinite: 'stop' }, 'nonFinite'],
  [{ clip: { timeStepNorm: 1 } }, 'clip.timeStepNorm'],
  [{ clip: { timeStepValue: 1 } }, 'clip.timeStepValue'],
  [{ feedback: { kind: 'scheduled' } }, 'feedback'],
];

it.each(trainings)('refuses what belongs to a window as a whole: %j', (options, name) => {
  expect(() => requireTrainable(smallSpec(), trainSpec({ ...sizes, ...options }))).toThrow(`recompute must come without ${name},`);
});

it.each([
  ['bidirectional', { bidirectional: true }],
  ['recurrentDropout', { recurrentDropout: 0.1 }],
  ['initialState', { initialState: 'learned' }],
] as const)('refuses %s', (name, recurrent) => {
  expect(() => requireTrainable(smallSpec({ recurrent }), trainSpec(sizes))).toThrow(`recompute must come without ${name},`);
});

it('refuses an output that is not at every time step', () => {
  expect(() => requireTrainable(smallSpec({ architecture: 'many-to-one' }), trainSpec(sizes))).toThrow(
    "recompute must come with architecture many-to-many or one-to-one, got 'many-to-one'",
  );
});
