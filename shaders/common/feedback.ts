/**
 * feedback_share(applied): the share of its own tokens that a network reads after `applied` updates, on the GPU, because only the GPU knows how many
 * updates were applied. Formulas: Bengio et al. 2015, whose ε is 1 - share/most.
 */
import { f32 } from '../wgsl.ts';

export interface FeedbackNumbers {
  readonly most: number;
  readonly schedule: 'constant' | 'linear' | 'exponential' | 'inverse-sigmoid';
  readonly steps: number;
}

function risen({ schedule, steps }: FeedbackNumbers): string {
  // beyond 80 time constants nothing changes, and exp stays finite
  const progress = `min(80.0f, f32(applied) / ${f32(steps)})`;
  switch (schedule) {
    case 'constant':
      return '1.0f';
    case 'linear':
      return `min(1.0f, ${progress})`;
    case 'exponential':
      return `1.0f - exp(-${progress})`;
    case 'inverse-sigmoid':
      return `1.0f - ${f32(steps)} / (${f32(steps)} + exp(${progress}))`;
  }
}

export const feedbackShare = (numbers: FeedbackNumbers): string => /* wgsl */ `
fn feedback_share(applied: u32) -> f32 {
  return ${f32(numbers.most)} * (${risen(numbers)});
}`;
