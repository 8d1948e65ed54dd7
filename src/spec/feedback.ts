import { InputError } from './input-error.ts';
import type { ModelSpec } from './model.ts';
import { refuse, requireFraction, requireInteger, requireKeys, requireOneOf } from './validation.ts';

/** All kinds of feedback, in the order in which messages list them. */
export const feedbackKinds = ['teacher', 'scheduled', 'free'] as const;
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

/** How one number of the next input follows from the output y: keep · (the number itself) + gain · y[output] + offset. */
export interface FedInput {
  readonly output: number;
  readonly gain: number;
  readonly keep: number;
  readonly offset: number;
}

/** Free running over real values: after the first time steps the network reads what it says itself, and the gradient goes back the same way. */
export interface FreeFeedback {
  readonly kind: 'free';
  /** Time steps whose input is the given one; absent: 1. */
  readonly given?: number;
  /** One for each number of the input; absent: each is the output of the same index. */
  readonly inputs?: readonly FedInput[];
}

export type FeedbackSpec = TeacherFeedback | ScheduledFeedback | FreeFeedback;
/** What a user writes; default teacher. */
export type FeedbackOptions = { readonly kind?: 'teacher' } | ({ readonly kind: 'scheduled' } & Partial<ScheduledFeedback>) | FreeFeedback;

/**
 * Completes and checks a feedback.
 *
 * @throws InputError for an unknown kind or key, or a number out of range.
 */
export function feedbackSpec(options: FeedbackOptions = {}): FeedbackSpec {
  requireKeys('feedback', options, ['kind', 'choice', 'most', 'schedule', 'steps', 'given', 'inputs']);
  const kind = requireOneOf('feedback.kind', options.kind ?? 'teacher', feedbackKinds);
  if (options.kind === 'free') return freeFeedback(options);
  if (options.kind !== 'scheduled') {
    requireKeys(`feedback ${kind}`, options, ['kind']);
    return { kind: 'teacher' };
  }
  requireKeys('feedback scheduled', options, ['kind', 'choice', 'most', 'schedule', 'steps']);
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

function freeFeedback(options: FreeFeedback): FreeFeedback {
  requireKeys('feedback free', options, ['kind', 'given', 'inputs']);
  const { given, inputs } = options;
  return {
    kind: 'free',
    ...(given !== undefined && { given: requireInteger('feedback.given', given) }),
    ...(inputs !== undefined && {
      inputs: inputs.map((fed, index) => {
        const name = `feedback.inputs[${index}]`;
        requireKeys(name, fed, ['output', 'gain', 'keep', 'offset']);
        const { output, gain, keep, offset } = fed;
        for (const [key, value] of Object.entries({ gain, keep, offset }))
          if (!Number.isFinite(value)) refuse(`${name}.${key}`, 'a finite number', value);
        return { output: requireInteger(`${name}.output`, output, 0), gain, keep, offset };
      }),
    }),
  };
}

/** The numbers of the input that the output is fed back as. */
export const fedInputs = ({ inputs }: FreeFeedback, size: number): readonly FedInput[] =>
  inputs ?? Array.from({ length: size }, (_, output) => ({ output, gain: 1, keep: 0, offset: 0 }));

/** @throws InputError where what the network says cannot be what it reads next. */
export function requireFeedback(model: ModelSpec, feedback: FeedbackSpec): void {
  if (feedback.kind === 'scheduled') requireWords(model);
  else if (feedback.kind === 'free') requireValues(model, feedback);
}

const described = ({ architecture, input, output, recurrent }: ModelSpec): string =>
  `input '${input.kind}', output '${output.kind}', architecture '${architecture}'${recurrent.bidirectional ? ', bidirectional' : ''}`;

function requireWords(model: ModelSpec): void {
  const { architecture, input, output, decoder, recurrent } = model;
  if (output.kind !== 'softmax' || architecture === 'many-to-one' || (!decoder && (input.kind !== 'tokens' || recurrent.bidirectional)))
    throw new InputError(`feedback 'scheduled' must come with a network that reads the tokens it writes, got ${described(model)}`);
  if (!decoder && input.kind === 'tokens' && output.classes > input.vocabulary) {
    throw new InputError(
      `feedback 'scheduled' must feed every class back as one of ${input.vocabulary} tokens, got ${output.classes} classes`,
    );
  }
}

function requireValues(model: ModelSpec, feedback: FreeFeedback): void {
  const { architecture, input, output, recurrent } = model;
  if (
    input.kind !== 'vectors' ||
    output.kind !== 'linear' ||
    (architecture !== 'one-to-one' && architecture !== 'many-to-many') ||
    recurrent.bidirectional
  )
    throw new InputError(
      `feedback 'free' must come with a network that reads the values it says, vectors in and linear out, got ${described(model)}`,
    );
  if (recurrent.dropout > 0) throw new InputError(`dropout must be 0 with feedback 'free', got ${recurrent.dropout}`);
  if (!feedback.inputs && input.size !== output.classes)
    throw new InputError(`feedback.inputs must say how ${output.classes} outputs make ${input.size} numbers of the input, got none`);
  const { inputs = [] } = feedback;
  if (feedback.inputs && inputs.length !== input.size)
    throw new InputError(`feedback.inputs must have the ${input.size} numbers of the input, got ${inputs.length}`);
  const odd = inputs.find(({ output: index }) => index >= output.classes);
  if (odd) throw new InputError(`feedback.inputs must be made of outputs below ${output.classes}, got ${odd.output}`);
}
