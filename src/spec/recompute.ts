/** Windows in segments, of which only the states in between are kept: what their length must be, and what cannot come with them. */
import { InputError } from './input-error.ts';
import type { ModelSpec } from './model.ts';
import type { TrainSpec } from './train.ts';
import { requireInteger } from './validation.ts';

/** @throws InputError unless `recompute` divides the time steps. */
export function requireSegment(recompute: number, timeSteps: number): number {
  if (timeSteps % requireInteger('recompute', recompute) !== 0)
    throw new InputError(`recompute must divide the ${timeSteps} timeSteps into equal segments, got ${recompute}`);
  return recompute;
}

/** Segments of a window, and their time steps: one of all time steps unless they are to be run again. */
export function segmentsOf({ timeSteps, recompute = timeSteps }: Pick<TrainSpec, 'timeSteps' | 'recompute'>): {
  readonly segments: number;
  readonly segmentSteps: number;
} {
  return { segments: timeSteps / recompute, segmentSteps: recompute };
}

const architectures = ['many-to-many', 'one-to-one'];

/** @throws InputError for an output that is not at every time step, and for whatever looks at a window as a whole. */
export function requireRecomputable({ architecture, recurrent }: ModelSpec, train: TrainSpec): void {
  if (!architectures.includes(architecture))
    throw new InputError(`recompute must come with architecture ${architectures.join(' or ')}, got '${architecture}'`);
  const { clip, updateEvery = train.timeSteps } = train;
  const refused = {
    bidirectional: recurrent.bidirectional,
    recurrentDropout: recurrent.recurrentDropout > 0,
    initialState: recurrent.initialState !== undefined,
    lengths: train.lengths,
    accumulate: train.accumulate > 1,
    updateEvery: updateEvery < train.timeSteps,
    feedback: train.feedback.kind !== 'teacher',
    monitor: train.monitor !== false,
    nonFinite: train.nonFinite !== 'skip',
    'clip.timeStepNorm': clip.timeStepNorm !== undefined,
    'clip.timeStepValue': clip.timeStepValue !== undefined,
  };
  const asked = Object.entries(refused).find(([, isAsked]) => isAsked)?.[0];
  if (asked) throw new InputError(`recompute must come without ${asked}, which belongs to a window as a whole`);
}
