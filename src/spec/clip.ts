import { requireKeys, requirePositive } from './validation.ts';

/**
 * How gradients are kept from exploding; an absent part is off, any may be on: first the values, then the norm of each parameter's gradient, then
 * the norm of all that is left.
 * `globalNorm` scales all gradients together when their L2 norm is above it (Pascanu, Mikolov and Bengio 2013;
 * torch.nn.utils.clip_grad_norm_); `tensorNorm` does so for each parameter's gradient by itself, as calling clip_grad_norm_ on one parameter
 * after the other would; `value` bounds each element to ±value (clip_grad_value_).
 */
export interface ClipSpec {
  readonly globalNorm?: number;
  readonly tensorNorm?: number;
  readonly value?: number;
}

/** What a user writes: the same numbers. */
export type ClipOptions = ClipSpec;

/**
 * Completes and checks a clip; what is absent or undefined stays absent.
 *
 * @throws InputError for an unknown key or a limit that is not a positive number.
 */
export function clipSpec(options: ClipOptions = {}): ClipSpec {
  requireKeys('clip', options, ['globalNorm', 'tensorNorm', 'value']);
  return {
    ...(options.globalNorm !== undefined && { globalNorm: requirePositive('clip.globalNorm', options.globalNorm) }),
    ...(options.tensorNorm !== undefined && { tensorNorm: requirePositive('clip.tensorNorm', options.tensorNorm) }),
    ...(options.value !== undefined && { value: requirePositive('clip.value', options.value) }),
  };
}
