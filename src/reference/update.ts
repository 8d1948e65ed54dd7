import { clipValue, scaledSquares } from './gradient-norm.ts';

/** PyTorch's optimizers by their PyTorch meaning; `weightDecay` is L2 (added to the gradient) for all but adamw. */
export type Optimizer = { readonly learningRate: number; readonly weightDecay: number } & (
  | { readonly kind: 'sgd' }
  | { readonly kind: 'momentum'; readonly momentum: number; readonly nesterov: boolean; readonly dampening: number }
  | { readonly kind: 'rmsprop'; readonly alpha: number; readonly epsilon: number }
  | { readonly kind: 'adam' | 'adamw'; readonly beta1: number; readonly beta2: number; readonly epsilon: number }
);

export interface UpdateOptions {
  readonly optimizer: Optimizer;
  /** Bound of each gradient, applied first; default none. */
  readonly valueClip?: number;
  /** Bound of the L2 norm of each tensor's gradient, applied to the clipped values; default none. */
  readonly tensorNorm?: number;
  /** Elements of each tensor; default one tensor. */
  readonly tensors?: readonly number[];
  /** Bound of the L2 norm of all gradients, applied to what the other clips leave; default none. */
  readonly globalNorm?: number;
  /** Whether a gradient before this one was not finite, and no update may follow; default false. */
  readonly halted?: boolean;
  /** The schedule's factor on the learning rate; default 1. */
  readonly learningRateFactor?: number;
}

export interface UpdateState {
  readonly parameters: Float64Array;
  /** Read only: what the clips leave is not written back. */
  readonly gradients: Float64Array;
  /** momentum: [buffer, unused]; rmsprop: [square average, unused]; adam and adamw: [first, second moment]. */
  readonly moments: readonly [Float64Array, Float64Array];
  /** Updates made before this one. */
  appliedSteps: number;
}

/** What one clip did: the norm that it met, the factor that it left of it, and whether it changed anything. */
export interface ClipEffect {
  readonly norm: number;
  readonly factor: number;
  readonly acted: boolean;
}

export interface UpdateMetrics {
  /** L2 norm of the gradients before any clip. */
  readonly gradientNorm: number;
  /** True if a gradient was not finite: then nothing has changed. */
  readonly skipped: boolean;
  /** Of `tensorNorm`: the largest norm of a tensor, and the smallest factor. */
  readonly clips: Readonly<Record<'value' | 'tensorNorm' | 'globalNorm', ClipEffect>>;
}

/** One update of all parameters in place: clip by value, then each tensor by its norm and all by their norm (clip_grad_norm_), then the optimizer. */
export function update(options: UpdateOptions, state: UpdateState): UpdateMetrics {
  const { optimizer, learningRateFactor = 1 } = options;
  const { parameters, gradients } = state;
  const gradientNorm = norm(gradients);
  const { clipped, clips } = clip(options, gradients);
  if (!Number.isFinite(gradientNorm) || options.halted) return { gradientNorm, skipped: true, clips };
  const learningRate = optimizer.learningRate * learningRateFactor;
  for (let i = 0; i < parameters.length; i++) {
    const decay = optimizer.weightDecay * parameters[i];
    if (optimizer.kind === 'adamw') parameters[i] -= learningRate * decay;
    const gradient = clipped[i] + (optimizer.kind === 'adamw' ? 0 : decay);
    parameters[i] -= learningRate * direction(optimizer, state, i, gradient);
  }
  state.appliedSteps++;
  return { gradientNorm, skipped: false, clips };
}

const factorOf = (before: number, bound: number): number => Math.min(1, bound / (before + 1e-6));

/** clip_grad_value_ on all gradients, clip_grad_norm_ on one tensor after the other, clip_grad_norm_ on all. */
function clip(
  { valueClip = Infinity, tensorNorm = Infinity, globalNorm = Infinity, tensors }: UpdateOptions,
  gradients: Float64Array,
): { clipped: Float64Array; clips: UpdateMetrics['clips'] } {
  const before = norm(gradients);
  const clipped = gradients.map((value) => clipValue(value, valueClip));
  const left = norm(clipped) / before;
  const value = { norm: before, factor: before === 0 ? 1 : left, acted: clipped.some((each, i) => each !== gradients[i]) };
  let [first, largest, smallest] = [0, 0, 1];
  for (const elements of tensors ?? [gradients.length]) {
    const tensor = clipped.subarray(first, first + elements);
    largest = Math.max(largest, norm(tensor));
    const factor = factorOf(norm(tensor), tensorNorm);
    smallest = Math.min(smallest, factor);
    for (let i = 0; i < elements; i++) tensor[i] *= factor;
    first += elements;
  }
  const met = norm(clipped);
  const factor = factorOf(met, globalNorm);
  const clips = {
    value,
    tensorNorm: { norm: largest, factor: smallest, acted: smallest < 1 },
    globalNorm: { norm: met, factor, acted: factor < 1 },
  };
  return { clipped: clipped.map((each) => each * factor), clips };
}

function norm(values: Float64Array): number {
  const { scale, squares } = scaledSquares(values);
  return scale * Math.sqrt(squares);
}

/** What parameter i moves against, per unit of learning rate; advances the moments. */
function direction(optimizer: Optimizer, state: UpdateState, i: number, gradient: number): number {
  const [first, second] = state.moments;
  switch (optimizer.kind) {
    case 'sgd':
      return gradient;
    case 'momentum': {
      // As in PyTorch the first step takes the gradient whole, without dampening.
      const { momentum, dampening, nesterov } = optimizer;
      first[i] = state.appliedSteps === 0 ? gradient : momentum * first[i] + (1 - dampening) * gradient;
      return nesterov ? gradient + momentum * first[i] : first[i];
    }
    case 'rmsprop':
      first[i] = optimizer.alpha * first[i] + (1 - optimizer.alpha) * gradient * gradient;
      return gradient / (Math.sqrt(first[i]) + optimizer.epsilon);
    case 'adam':
    case 'adamw': {
      const { beta1, beta2, epsilon } = optimizer;
      const step = state.appliedSteps + 1;
      first[i] = beta1 * first[i] + (1 - beta1) * gradient;
      second[i] = beta2 * second[i] + (1 - beta2) * gradient * gradient;
      const mean = first[i] / (1 - beta1 ** step);
      const scale = Math.sqrt(second[i] / (1 - beta2 ** step));
      return mean / (scale + epsilon);
    }
  }
}
