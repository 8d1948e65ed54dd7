import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { learningRateFactor, type ScheduleOptions, scheduleSpec } from './schedule.ts';

const untyped = (value: object): ScheduleOptions => value as ScheduleOptions;
const factors = (options: ScheduleOptions, count: number): number[] =>
  Array.from({ length: count }, (_, step) => learningRateFactor(scheduleSpec(options), step));

test('defaults', () => {
  expect(scheduleSpec()).toEqual({ kind: 'constant', warmupSteps: 0 });
  expect(scheduleSpec({ kind: 'cosine', totalSteps: 9 })).toEqual({ kind: 'cosine', warmupSteps: 0, totalSteps: 9, minimumFactor: 0 });
  expect(scheduleSpec({ kind: 'step', every: 3 })).toEqual({ kind: 'step', warmupSteps: 0, every: 3, factor: 0.1 });
  expect(scheduleSpec({ kind: 'exponential', factor: 0.9 })).toEqual({ kind: 'exponential', warmupSteps: 0, factor: 0.9 });
});

test.each([
  [{ kind: 'linear' }, "schedule.kind must be one of 'constant', 'cosine', 'step', 'exponential', got 'linear'"],
  [{ kind: 'cosine' }, 'totalSteps of a cosine schedule must be a positive integer, got nothing'],
  [{ kind: 'cosine', totalSteps: 5, warmupSteps: 5 }, 'totalSteps must be above the 5 warmupSteps, got 5'],
  [{ kind: 'cosine', totalSteps: 5, minimumFactor: 1 }, 'minimumFactor must be at least 0 and below 1, got 1'],
  [{ kind: 'step' }, 'every of a step schedule must be a positive integer, got nothing'],
  [{ kind: 'exponential' }, 'factor of an exponential schedule must be a positive number, got nothing'],
  [{ kind: 'constant', totalSteps: 5 }, "schedule constant has no key 'totalSteps'"],
  [{ warmupSteps: -1 }, 'warmupSteps must be zero or a positive integer, got -1'],
  [{ warmup: 1 }, "schedule has no key 'warmup', did you mean 'warmupSteps'?"],
])('%j is refused', (options, message) => {
  expect(() => scheduleSpec(untyped(options))).toThrow(message);
});

describe('factors', () => {
  test('constant', () => {
    expect(factors({}, 3)).toEqual([1, 1, 1]);
  });

  test('warm-up rises in a line to 1, then the schedule begins at 1', () => {
    expect(factors({ warmupSteps: 4 }, 6)).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
    expect(factors({ kind: 'exponential', factor: 0.5, warmupSteps: 2 }, 5)).toEqual([0.5, 1, 1, 0.5, 0.25]);
  });

  test('cosine falls from 1 to its minimum at totalSteps, warm-up included, and holds there', () => {
    const schedule = scheduleSpec({ kind: 'cosine', totalSteps: 12, warmupSteps: 2, minimumFactor: 0.2 });
    expect(learningRateFactor(schedule, 2)).toBe(1);
    expect(learningRateFactor(schedule, 7)).toBeCloseTo(0.6, 12);
    expect(learningRateFactor(schedule, 12)).toBeCloseTo(0.2, 12);
    expect(learningRateFactor(schedule, 1000)).toBeCloseTo(0.2, 12);
  });

  test('step multiplies after every so many updates', () => {
    expect(factors({ kind: 'step', every: 2, factor: 0.5 }, 6)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
  });

  test('after the warm-up no decaying schedule rises, and none leaves [0, 1]', () => {
    const schedules = fc.record({ warmupSteps: fc.nat(50), step: fc.nat(400), every: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(schedules, ({ warmupSteps, step, every }) => {
        const specs = [
          scheduleSpec({ kind: 'cosine', totalSteps: warmupSteps + every, warmupSteps }),
          scheduleSpec({ kind: 'step', every, factor: 0.7, warmupSteps }),
          scheduleSpec({ kind: 'exponential', factor: 0.99, warmupSteps }),
        ];
        for (const spec of specs) {
          const now = learningRateFactor(spec, warmupSteps + step);
          expect(now).toBeLessThanOrEqual(1);
          expect(learningRateFactor(spec, warmupSteps + step + 1)).toBeLessThanOrEqual(now);
          expect(now).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
