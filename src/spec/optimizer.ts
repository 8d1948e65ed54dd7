import { InputError } from './input-error.ts';
import { requireBoolean, requireFraction, requireKeys, requireNonNegative, requireOneOf, requirePositive } from './validation.ts';

/** All optimizers, in the order in which messages list them. */
export const optimizerKinds = ['sgd', 'momentum', 'rmsprop', 'adam', 'adamw'] as const;
export type OptimizerKind = (typeof optimizerKinds)[number];

interface Shared {
  /** Default 2e-3, for every kind. */
  readonly learningRate: number;
  /** L2 term added to the gradient, default 0; adamw instead shrinks the weights by learningRate·weightDecay, default 0.01. */
  readonly weightDecay: number;
}

/** Plain gradient descent (torch.optim.SGD): w -= learningRate·g. */
export interface SgdSpec extends Shared {
  readonly kind: 'sgd';
}

/** torch.optim.SGD with momentum: v = momentum·v + (1 - dampening)·g, v = g at the first step; w -= learningRate·v, or with nesterov ·(g + momentum·v). */
export interface MomentumSpec extends Shared {
  readonly kind: 'momentum';
  /** Default 0.9. */
  readonly momentum: number;
  /** Default 0. */
  readonly dampening: number;
  /** Default false; wants dampening 0 and a momentum above 0. */
  readonly nesterov: boolean;
}

/** torch.optim.RMSprop: s = alpha·s + (1 - alpha)·g²; w -= learningRate·g / (sqrt(s) + epsilon). */
export interface RmspropSpec extends Shared {
  readonly kind: 'rmsprop';
  /** Default 0.99. */
  readonly alpha: number;
  /** Default 1e-8. */
  readonly epsilon: number;
}

/** torch.optim.Adam and AdamW (Kingma and Ba 2014; Loshchilov and Hutter 2017), with bias correction; epsilon outside the root. */
export interface AdamSpec extends Shared {
  readonly kind: 'adam' | 'adamw';
  /** Default 0.9. */
  readonly beta1: number;
  /** Default 0.999. */
  readonly beta2: number;
  /** Default 1e-8. */
  readonly epsilon: number;
}

export type OptimizerSpec = SgdSpec | MomentumSpec | RmspropSpec | AdamSpec;

type Optional<Spec extends OptimizerSpec> = { readonly kind: Spec['kind'] } & Partial<Omit<Spec, 'kind'>>;
/** What a user writes; without a kind it is adam. */
export type OptimizerOptions =
  | Optional<SgdSpec>
  | Optional<MomentumSpec>
  | Optional<RmspropSpec>
  | Optional<AdamSpec>
  | ({ readonly kind?: undefined } & Partial<Omit<AdamSpec, 'kind'>>);

const shared = ['kind', 'learningRate', 'weightDecay'];

/**
 * Completes and checks an optimizer; semantics and defaults are PyTorch's, but for the learning rate.
 *
 * @throws InputError for an unknown kind or key or a number out of range.
 */
export function optimizerSpec(options: OptimizerOptions = {}): OptimizerSpec {
  requireKeys('optimizer', options, [...shared, 'momentum', 'dampening', 'nesterov', 'alpha', 'beta1', 'beta2', 'epsilon']);
  const { kind: chosen = 'adam', learningRate = 2e-3 } = options;
  const kind = requireOneOf('optimizer.kind', chosen, optimizerKinds);
  const { weightDecay = kind === 'adamw' ? 0.01 : 0 } = options;
  const common = {
    learningRate: requireNonNegative('learningRate', learningRate),
    weightDecay: requireNonNegative('weightDecay', weightDecay),
  };
  switch (options.kind) {
    case 'sgd':
      requireKeys('optimizer sgd', options, shared);
      return { kind: 'sgd', ...common };
    case 'momentum':
      return { kind: 'momentum', ...common, ...completeMomentum(options) };
    case 'rmsprop': {
      requireKeys('optimizer rmsprop', options, [...shared, 'alpha', 'epsilon']);
      const { alpha = 0.99, epsilon = 1e-8 } = options;
      return { kind: 'rmsprop', ...common, alpha: requireFraction('alpha', alpha), epsilon: requirePositive('epsilon', epsilon) };
    }
    default: {
      requireKeys(`optimizer ${kind}`, options, [...shared, 'beta1', 'beta2', 'epsilon']);
      const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
      return {
        kind: options.kind ?? 'adam',
        ...common,
        beta1: requireFraction('beta1', beta1),
        beta2: requireFraction('beta2', beta2),
        epsilon: requirePositive('epsilon', epsilon),
      };
    }
  }
}

/** Moments that an optimizer keeps per parameter, each as large as the parameters: the second half of a checkpoint. */
export function momentCount(spec: OptimizerSpec): 0 | 1 | 2 {
  if (spec.kind === 'sgd') return 0;
  return spec.kind === 'adam' || spec.kind === 'adamw' ? 2 : 1;
}

function completeMomentum(options: Optional<MomentumSpec>): Pick<MomentumSpec, 'momentum' | 'dampening' | 'nesterov'> {
  requireKeys('optimizer momentum', options, [...shared, 'momentum', 'dampening', 'nesterov']);
  const { momentum = 0.9, dampening = 0, nesterov = false } = options;
  requireNonNegative('momentum', momentum);
  requireNonNegative('dampening', dampening);
  if (requireBoolean('nesterov', nesterov) && (momentum === 0 || dampening !== 0)) {
    throw new InputError(`nesterov must have a momentum above 0 and dampening 0, got momentum ${momentum} and dampening ${dampening}`);
  }
  return { momentum, dampening, nesterov };
}
