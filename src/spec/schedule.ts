import { InputError } from './input-error.ts';
import { requireFraction, requireInteger, requireKeys, requireOneOf, requirePositive } from './validation.ts';

/** All schedules, in the order in which messages list them. */
export const scheduleKinds = ['constant', 'cosine', 'step', 'exponential'] as const;
export type ScheduleKind = (typeof scheduleKinds)[number];

interface Shared {
  /** Updates over which the learning rate first rises in a line from 1/warmupSteps to 1; default 0. */
  readonly warmupSteps: number;
}

export interface ConstantSchedule extends Shared {
  readonly kind: 'constant';
}

/** Half a cosine from 1 down to minimumFactor (Loshchilov and Hutter 2016; torch CosineAnnealingLR), which then holds. */
export interface CosineSchedule extends Shared {
  readonly kind: 'cosine';
  /** Updates of the whole run, warm-up included; no default. */
  readonly totalSteps: number;
  /** Default 0. */
  readonly minimumFactor: number;
}

/** Times factor after every `every` updates (torch StepLR). */
export interface StepSchedule extends Shared {
  readonly kind: 'step';
  /** No default. */
  readonly every: number;
  /** Default 0.1. */
  readonly factor: number;
}

/** Times factor after each update (torch ExponentialLR). */
export interface ExponentialSchedule extends Shared {
  readonly kind: 'exponential';
  /** No default. */
  readonly factor: number;
}

export type ScheduleSpec = ConstantSchedule | CosineSchedule | StepSchedule | ExponentialSchedule;

/** What a user writes; without a kind it is constant. */
export type ScheduleOptions =
  | { readonly kind?: 'constant'; readonly warmupSteps?: number }
  | { readonly kind: 'cosine'; readonly totalSteps: number; readonly minimumFactor?: number; readonly warmupSteps?: number }
  | { readonly kind: 'step'; readonly every: number; readonly factor?: number; readonly warmupSteps?: number }
  | { readonly kind: 'exponential'; readonly factor: number; readonly warmupSteps?: number };

/**
 * Completes and checks a schedule.
 *
 * @throws InputError for an unknown kind or key, a missing length or a number out of range.
 */
export function scheduleSpec(options: ScheduleOptions = {}): ScheduleSpec {
  requireKeys('schedule', options, ['kind', 'warmupSteps', 'totalSteps', 'minimumFactor', 'every', 'factor']);
  const { kind: chosen = 'constant', warmupSteps = 0 } = options;
  const kind = requireOneOf('schedule.kind', chosen, scheduleKinds);
  requireInteger('warmupSteps', warmupSteps, 0);
  switch (options.kind) {
    case 'cosine': {
      requireKeys('schedule cosine', options, ['kind', 'warmupSteps', 'totalSteps', 'minimumFactor']);
      const { totalSteps, minimumFactor = 0 } = options;
      requireInteger('totalSteps of a cosine schedule', totalSteps);
      if (totalSteps <= warmupSteps) throw new InputError(`totalSteps must be above the ${warmupSteps} warmupSteps, got ${totalSteps}`);
      return { kind: 'cosine', warmupSteps, totalSteps, minimumFactor: requireFraction('minimumFactor', minimumFactor) };
    }
    case 'step': {
      requireKeys('schedule step', options, ['kind', 'warmupSteps', 'every', 'factor']);
      const { every, factor = 0.1 } = options;
      requireInteger('every of a step schedule', every);
      return { kind: 'step', warmupSteps, every, factor: requirePositive('factor', factor) };
    }
    case 'exponential':
      requireKeys('schedule exponential', options, ['kind', 'warmupSteps', 'factor']);
      return { kind: 'exponential', warmupSteps, factor: requirePositive('factor of an exponential schedule', options.factor) };
    default:
      requireKeys(`schedule ${kind}`, options, ['kind', 'warmupSteps']);
      return { kind: 'constant', warmupSteps };
  }
}

/**
 * What the learning rate is multiplied by at one update. `appliedSteps` counts the updates applied before it, from 0:
 * while it is below warmupSteps the factor is (appliedSteps + 1) / warmupSteps; after that the schedule counts from the
 * end of the warm-up, where its factor is 1.
 */
export function learningRateFactor(schedule: ScheduleSpec, appliedSteps: number): number {
  const { warmupSteps } = schedule;
  if (appliedSteps < warmupSteps) return (appliedSteps + 1) / warmupSteps;
  const step = appliedSteps - warmupSteps;
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'cosine': {
      const progress = Math.min(1, step / (schedule.totalSteps - warmupSteps));
      return schedule.minimumFactor + ((1 - schedule.minimumFactor) * (1 + Math.cos(Math.PI * progress))) / 2;
    }
    case 'step':
      return schedule.factor ** Math.floor(step / schedule.every);
    case 'exponential':
      return schedule.factor ** step;
  }
}
