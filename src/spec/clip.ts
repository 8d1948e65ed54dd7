import { requireKeys, requirePositive } from './validation.ts';

/**
 * How gradients are kept from exploding; an absent part is off, any may be on: first what travels back through time, then the values of all
 * parameters' gradients, then the norm of each, then the norm of all that is left.
 * `globalNorm` scales all gradients together when their L2 norm is above it (Pascanu, Mikolov and Bengio 2013;
 * torch.nn.utils.clip_grad_norm_); `tensorNorm` does so for each parameter's gradient by itself, as calling clip_grad_norm_ on one parameter
 * after the other would; `value` bounds each element to ±value (clip_grad_value_).
 *
 * Inside of the reverse sweep, at every time step of every layer and direction, ∂L/∂h_t and the LSTM's ∂L/∂c_t are clipped when they are complete and
 * before anything follows from them, as a PyTorch hook on the state would: `timeStepValue` bounds each element to ±value (Graves 2013);
 * `timeStepNorm` bounds the norm of each row of the batch, over its units, with the factor of clip_grad_norm_. Neither touches the initial states.
 */
export interface ClipSpec {
  readonly globalNorm?: number;
  readonly tensorNorm?: number;
  readonly value?: number;
  readonly timeStepValue?: number;
  readonly timeStepNorm?: number;
}

/** All kinds, in the order in which they act. */
export const clipKinds = [
  'timeStepValue',
  'timeStepNorm',
  'value',
  'tensorNorm',
  'globalNorm',
] as const satisfies readonly (keyof ClipSpec)[];

/** What a user writes: the same numbers. */
export type ClipOptions = ClipSpec;

/**
 * Completes and checks a clip; what is absent or undefined stays absent.
 *
 * @throws InputError for an unknown key or a limit that is not a positive number.
 */
export function clipSpec(options: ClipOptions = {}): ClipSpec {
  requireKeys('clip', options, [...clipKinds].reverse());
  const given = clipKinds.filter((kind) => options[kind] !== undefined);
  return Object.fromEntries(given.map((kind) => [kind, requirePositive(`clip.${kind}`, options[kind] as number)]));
}
