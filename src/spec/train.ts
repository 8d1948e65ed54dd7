import { type ClipOptions, type ClipSpec, clipSpec } from './clip.ts';
import { type FeedbackOptions, type FeedbackSpec, feedbackSpec, requireFeedback } from './feedback.ts';
import { InputError } from './input-error.ts';
import type { ModelSpec } from './model.ts';
import { type MonitorSpec, monitorSpec } from './monitor.ts';
import { type NonFinitePolicy, nonFiniteSpec, type RewindSpec } from './non-finite.ts';
import { type OptimizerOptions, type OptimizerSpec, optimizerSpec } from './optimizer.ts';
import { requireRecomputable, requireSegment } from './recompute.ts';
import { type ScheduleOptions, type ScheduleSpec, scheduleSpec } from './schedule.ts';
import { deepFreeze, requireBoolean, requireFraction, requireInteger, requireKeys, requireOneOf, requireSeed } from './validation.ts';

/** How the loss is summed up; its kind follows the model's output: softmax cross entropy, sigmoid binary cross entropy, linear squared error. */
export interface LossSpec {
  /** Gradients of the mean over all counted targets (default), or of the sum over time steps with the mean over rows. */
  readonly reduction: 'mean' | 'sum';
  /** Softmax only: the share of each target spread evenly over all classes, in [0, 1) (Szegedy et al. 2015); default 0. */
  readonly labelSmoothing: number;
}

/** What a user writes to train a model; all but `batch` and `timeSteps` has a default. */
export interface TrainOptions {
  /** Rows per step. */
  readonly batch: number;
  /** Time steps that gradients flow back through; of a decoder: the longest that is written, its end mark included. */
  readonly timeSteps: number;
  /** Encoder-decoder: the longest that is read; default `timeSteps`. */
  readonly sourceSteps?: number;
  /** Whether each step starts from the states in which the last one ended (truncated BPTT over a stream); default false. */
  readonly stateful?: boolean;
  /**
   * With `stateful`: time steps from one update to the next, k1 of truncated BPTT, at most `timeSteps`, which is k2, how far gradients flow back.
   * Windows then overlap: each starts k1 steps after the one before and its first k2 - k1 targets do not count again. Default `timeSteps`.
   */
  readonly updateEvery?: number;
  /**
   * Time steps of a segment, a divisor of `timeSteps`: of every window only the states between segments are kept, and each segment is run forward again ahead of
   * its reverse sweep (Chen et al. 2016). About sqrt(timeSteps) takes least memory, for about a third more operations. Default: everything is kept.
   */
  readonly recompute?: number;
  /** Whether rows may end early, at the `lengths` of their batch; default: unless stateful or with `recompute`. */
  readonly lengths?: boolean;
  /** Micro-batches whose gradients make one update; default 1. */
  readonly accumulate?: number;
  readonly loss?: Partial<LossSpec>;
  /** What a network that writes reads while it is trained; default the right tokens. */
  readonly feedback?: FeedbackOptions;
  /** Default adam with learning rate 2e-3. */
  readonly optimizer?: OptimizerOptions;
  /** Default constant, no warm-up. */
  readonly schedule?: ScheduleOptions;
  /** Default none. */
  readonly clip?: ClipOptions;
  /**
   * Whether some steps also measure the norms of all parameters and of what the update changed, of the gradient at each time step, and which gates
   * and units are stuck: in such a step a small dispatch more, and two per layer and direction; default false, `true` is `{ every: 10 }`.
   */
  readonly monitor?: boolean | Partial<MonitorSpec>;
  /** What is done about a gradient that is not finite; default `'skip'`. */
  readonly nonFinite?: NonFinitePolicy;
  /** For `nonFinite: 'rewind'`. */
  readonly rewind?: Partial<RewindSpec>;
  /** Seed of the order of random windows, a u32; default 1. */
  readonly seed?: number;
}

/** How a model is trained: complete, deeply frozen, plain data that survives JSON. */
export interface TrainSpec {
  readonly batch: number;
  readonly timeSteps: number;
  readonly sourceSteps?: number;
  readonly stateful: boolean;
  /** Absent: `timeSteps`. */
  readonly updateEvery?: number;
  /** Absent: everything is kept. */
  readonly recompute?: number;
  readonly lengths: boolean;
  readonly accumulate: number;
  readonly loss: LossSpec;
  readonly feedback: FeedbackSpec;
  readonly optimizer: OptimizerSpec;
  readonly schedule: ScheduleSpec;
  readonly clip: ClipSpec;
  readonly monitor: false | MonitorSpec;
  readonly nonFinite: NonFinitePolicy;
  readonly rewind?: RewindSpec;
  readonly seed: number;
}

const trainKeys = [
  'batch',
  'timeSteps',
  'sourceSteps',
  'stateful',
  'updateEvery',
  'recompute',
  'lengths',
  'accumulate',
  'loss',
  'feedback',
  'optimizer',
  'schedule',
  'clip',
  'monitor',
  'nonFinite',
  'rewind',
  'seed',
];

/**
 * Completes and checks how a model is trained. Giving the result back yields an equal one.
 *
 * @throws InputError that names the option, what it wants and what it got.
 */
export function trainSpec(options: TrainOptions): TrainSpec {
  requireKeys('training', options, trainKeys);
  const { stateful = false, accumulate = 1, loss = {}, monitor = false, seed = 1 } = options;
  const { lengths = !stateful && options.recompute === undefined } = options;
  const timeSteps = requireInteger('timeSteps', options.timeSteps);
  requireKeys('loss', loss, ['reduction', 'labelSmoothing']);
  const { reduction = 'mean', labelSmoothing = 0 } = loss;
  return deepFreeze({
    batch: requireInteger('batch', options.batch),
    timeSteps,
    ...(options.sourceSteps !== undefined && { sourceSteps: requireInteger('sourceSteps', options.sourceSteps) }),
    stateful: requireBoolean('stateful', stateful),
    ...(options.updateEvery !== undefined && { updateEvery: requireUpdateEvery(options.updateEvery, timeSteps, stateful) }),
    ...(options.recompute !== undefined && { recompute: requireSegment(options.recompute, timeSteps) }),
    lengths: requireLengths(lengths, stateful),
    accumulate: requireInteger('accumulate', accumulate),
    loss: {
      reduction: requireOneOf('loss.reduction', reduction, ['mean', 'sum']),
      labelSmoothing: requireFraction('labelSmoothing', labelSmoothing),
    },
    feedback: feedbackSpec(options.feedback),
    optimizer: optimizerSpec(options.optimizer),
    schedule: scheduleSpec(options.schedule),
    clip: clipSpec(options.clip),
    monitor: monitorSpec(monitor),
    ...nonFiniteSpec(options.nonFinite, options.rewind),
    seed: requireSeed('seed', seed),
  });
}

function requireLengths(lengths: boolean, stateful: boolean): boolean {
  if (requireBoolean('lengths', lengths) && stateful) {
    throw new InputError('lengths true must come with stateful false: states that outlive a step have no end in it');
  }
  return lengths;
}

function requireUpdateEvery(updateEvery: number, timeSteps: number, stateful: boolean): number {
  if (requireInteger('updateEvery', updateEvery) > timeSteps)
    throw new InputError(`updateEvery must be at most the ${timeSteps} timeSteps of a window, got ${updateEvery}`);
  if (updateEvery < timeSteps && !stateful)
    throw new InputError(
      `updateEvery ${updateEvery} below timeSteps ${timeSteps} must come with stateful true: windows that overlap read on`,
    );
  return updateEvery;
}

/** Time steps from the start of a window to that of the next, k1. */
export const updateEveryOf = ({ timeSteps, updateEvery = timeSteps }: Pick<TrainSpec, 'timeSteps' | 'updateEvery'>): number => updateEvery;

/** Time steps at the beginning of a window that repeat the end of the one before, k2 - k1. */
export const overlapOf = (train: Pick<TrainSpec, 'timeSteps' | 'updateEvery'>): number => train.timeSteps - updateEveryOf(train);

/**
 * Checks what neither spec can see alone.
 *
 * @throws InputError if labels are smoothed for an output that has no classes to spread them over, or if states are carried backwards in time.
 */
export function requireTrainable(model: ModelSpec, train: TrainSpec): void {
  requireFeedback(model, train.feedback);
  if (train.recompute !== undefined) requireRecomputable(model, train);
  if (train.sourceSteps !== undefined && model.architecture !== 'encoder-decoder') {
    throw new InputError(`sourceSteps belongs to architecture 'encoder-decoder', got '${model.architecture}'`);
  }
  if (model.decoder && (train.stateful || !train.lengths)) {
    throw new InputError(`architecture '${model.architecture}' must be trained with stateful false and lengths true`);
  }
  if (train.stateful && model.recurrent.bidirectional) {
    throw new InputError('stateful must be false for a bidirectional model, whose reverse direction begins at the end of each step');
  }
  if (train.loss.labelSmoothing > 0 && model.output.kind !== 'softmax') {
    throw new InputError(`labelSmoothing must be 0 for output '${model.output.kind}', got ${train.loss.labelSmoothing}`);
  }
}
