import { InputError } from './input-error.ts';
import type { ModelSpec } from './model.ts';
import { requireFraction, requireInteger, requireKeys, requireOneOf } from './validation.ts';

/** All kinds of feedback, in the order in which messages list them. */
export const feedbackKinds = ['teacher', 'scheduled'] as const;
/** How the share of its own tokens rises with the updates n, of `steps`, as a share of `most`. */
export const feedbackSchedules = ['constant', 'linear', 'exponential', 'inverse-sigmoid'] as const;
export const feedbackChoices = ['draw', 'likeliest'] as const;

export type FeedbackSchedule = (typeof feedbackSchedules)[number];
export type FeedbackChoice = (typeof feedbackChoices)[number];

/** Training: the network always reads the right token or value before the one that it should say. */
export interface TeacherFeedback {
  readonly kind: 'teacher';
}

/**
 * Scheduled sampling (Bengio et al. 2015): at each step and row a coin decides whether the network reads the right token or the one that it has just
 * chosen itself. No gradient goes through the choice. The first token of a row is always the given one.
 */
export interface ScheduledFeedback {
  readonly kind: 'scheduled';
  /** A draw from the softmax (default, as the paper) or the likeliest token. */
  readonly choice: FeedbackChoice;
  /** The share of its own tokens towards which the schedule rises, in (0, 1]; default 0.25. */
  readonly most: number;
  /** After n applied updates, times `most`: 1, n/steps up to 1, 1 - exp(-n/steps), or 1 - steps/(steps + exp(n/steps)); default linear. */
  readonly schedule: FeedbackSchedule;
  /** Default 1000. */
  readonly steps: number;
}

export type FeedbackSpec = TeacherFeedback | ScheduledFeedback;
/** What a user writes; default teacher. */
export type FeedbackOptions = { readonly kind?: 'teacher' } | ({ readonly kind: 'scheduled' } & Partial<ScheduledFeedback>);

/**
 * Completes and checks a feedback.
 *
 * @throws InputError for an unknown kind or key, or a number out of range.
 */
export function feedbackSpec(options: FeedbackOptions = {}): FeedbackSpec {
  requireKeys('feedback', options, ['kind', 'choice', 'most', 'schedule', 'steps']);
  const kind = requireOneOf('feedback.kind', options.kind ?? 'teacher', feedbackKinds);
  if (options.kind !== 'scheduled') {
    requireKeys(`feedback ${kind}`, options, ['kind']);
    return { kind: 'teacher' };
  }
  const { choice = 'draw', most = 0.25, schedule = 'linear', steps = 1000 } = options;
  if (most !== 1) requireFraction('feedback.most', most);
  if (most === 0) throw new InputError('feedback.most must be above 0 and at most 1, got 0');
  return {
    kind: 'scheduled',
    choice: requireOneOf('feedback.choice', choice, feedbackChoices),
    most,
    schedule: requireOneOf('feedback.schedule', schedule, feedbackSchedules),
    steps: requireInteger('feedback.steps', steps),
  };
}

/** @throws InputError where what the network says cannot be what it reads next. */
export function requireFeedback(model: ModelSpec, feedback: FeedbackSpec): void {
  if (feedback.kind === 'teacher') return;
  const { architecture, input, output, decoder, recurrent } = model;
  if (output.kind !== 'softmax' || architecture === 'many-to-one' || (!decoder && (input.kind !== 'tokens' || recurrent.bidirectional))) {
    throw new InputError(
      `feedback 'scheduled' must come with a network that reads the tokens it writes, got input '${input.kind}', output '${output.kind}', architecture '${architecture}'${recurrent.bidirectional ? ', bidirectional' : ''}`,
    );
  }
  if (!decoder && input.kind === 'tokens' && output.classes > input.vocabulary) {
    throw new InputError(
      `feedback 'scheduled' must feed every class back as one of ${input.vocabulary} tokens, got ${output.classes} classes`,
    );
  }
}
