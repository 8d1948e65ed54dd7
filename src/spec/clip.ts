import { requireKeys, requirePositive } from './validation.ts';

/**
 * How gradients are kept from exploding; an absent part is off, both may be on: first the values, then the norm of what is left.
 * `globalNorm` scales all gradients together when their L2 norm is above it (Pascanu, Mikolov and Bengio 2013;
 * torch.nn.utils.clip_grad_norm_); `value` bounds each element to ±value (clip_grad_value_).
 */
export interface ClipSpec {
  readonly globalNorm?: number;
  readonly value?: number;
}

/** What a user writes: the same two numbers. */
export type ClipOptions = ClipSpec;

/**
 * Completes and checks a clip; what is absent or undefined stays absent.
 *
 * @throws InputError for an unknown key or a limit that is not a positive number.
 */
export function clipSpec(options: ClipOptions = {}): ClipSpec {
  requireKeys('clip', options, ['globalNorm', 'value']);
  return {
    ...(options.globalNorm !== undefined && { globalNorm: requirePositive('clip.globalNorm', options.globalNorm) }),
    ...(options.value !== undefined && { value: requirePositive('clip.value', options.value) }),
  };
}
