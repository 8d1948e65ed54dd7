/** The clips inside of the reverse sweep as a plan: which there are, their bounds, and where the kernels leave the largest that they met. */
import { CLIP_UNIFORMS, LARGEST, type TimeStepClip } from '../../shaders/common/time-step-clip.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import type { ClipSpec } from '../spec/clip.ts';
import type { PlanBuilder } from './builder.ts';
import { f32Bits } from './f32-bits.ts';
import { type Tensor, tensor } from './tensor.ts';

export interface TimeStepClipPlan {
  readonly kinds: TimeStepClip;
  /** Uniforms of the kernels that clip. */
  readonly bounds: Readonly<Record<string, number>>;
  /** [2] u32, shaders/common/time-step-clip.ts: of all layers and micro-batches of a step. */
  readonly clipped: Tensor;
}

/** Undefined without such a clip. Clears what was met, ahead of the first dispatch. */
export function planTimeStepClip(builder: PlanBuilder, { timeStepValue, timeStepNorm }: ClipSpec): TimeStepClipPlan | undefined {
  const kinds = { value: timeStepValue !== undefined, norm: timeStepNorm !== undefined };
  if (!kinds.value && !kinds.norm) return undefined;
  const clipped = tensor('clipped', ['kinds'], [Object.keys(LARGEST).length], 'kept', 'u32');
  builder.clear('clipped', clipped);
  return { kinds, clipped, bounds: { clipValue: f32Bits(timeStepValue ?? 0), clipNorm: f32Bits(timeStepNorm ?? 0) } };
}

/** Those kernels of a step that clip want the bounds. */
export const boundsOf = ({ uniforms }: Kernel, clip: TimeStepClipPlan | undefined): Readonly<Record<string, number>> =>
  clip && uniforms.includes(CLIP_UNIFORMS[0]) ? clip.bounds : {};
