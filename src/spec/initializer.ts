import { InputError } from './input-error.ts';
import { refuse, requireFinite, requireKeys, requireNonNegative, requireOneOf, requirePositive } from './validation.ts';

/**
 * How one parameter gets its first values; pure data, carried out by `initialize` in src/data. A parameter of several
 * gate blocks stacked along dimension 0 is filled block by block, so each gate starts as if it were a matrix of its own.
 *
 * - `zeros`, `ones`
 * - `uniform`: between -bound and bound
 * - `normal`: mean 0, the given standard deviation
 * - `xavier`: uniform with bound gain·sqrt(6 / (fanIn + fanOut)) per block (Glorot and Bengio 2010; torch.nn.init.xavier_uniform_)
 * - `orthogonal`: gain times a random matrix with orthonormal rows or columns per block (Saxe et al. 2013; torch.nn.init.orthogonal_)
 * - `identity`: gain times the identity per block (Le, Jaitly and Hinton 2015, for ReLU)
 * - `lstm-bias`: uniform between -bound and bound (zeros at bound 0), and forgetBias added in block 1, the forget gate of
 *   i, f, g, o (Gers et al. 2000; Jozefowicz et al. 2015)
 * - `spectral-radius`: what `matrix` gives, each square block scaled until its largest |eigenvalue| is `radius` (Jaeger 2001;
 *   Sutskever et al. 2013)
 * - `chrono`: uniform between -bound and bound, but b = ln u with u uniform in [1, longest - 1] in block 1, which keeps the old state
 *   (f of an LSTM; z of a GRU, which in PyTorch multiplies the old state), and -b in block 0, i of an LSTM, if `hasInputGate`
 *   (Tallec and Ollivier 2018). A gate σ(ln u) forgets over about u time steps. `longest` 2 gives zeros in those blocks.
 */
export type Initializer =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'normal'; readonly standardDeviation: number }
  | { readonly kind: 'xavier'; readonly gain: number }
  | { readonly kind: 'orthogonal'; readonly gain: number }
  | { readonly kind: 'identity'; readonly gain: number }
  | { readonly kind: 'lstm-bias'; readonly forgetBias: number; readonly bound: number }
  | { readonly kind: 'spectral-radius'; readonly radius: number; readonly matrix: Initializer }
  | { readonly kind: 'chrono'; readonly longest: number; readonly hasInputGate: boolean; readonly bound: number };

/** All presets, in the order in which messages list them. */
export const initializationPresets = ['default', 'pytorch'] as const;
export type InitializationPreset = (typeof initializationPresets)[number];

/** How a whole model starts: one named choice per family of parameters, complete and frozen. */
export interface Initialization {
  /** `rnn.weight_ih_*`: `xavier`, `uniform` ±1/sqrt(H), or `normal` with standard deviation 1/sqrt(I). */
  readonly input: 'xavier' | 'uniform' | 'normal';
  /** `rnn.weight_hh_*`: all times `gain`; `uniform` ±1/sqrt(H), `normal` with standard deviation 1/sqrt(H). */
  readonly recurrent: 'orthogonal' | 'xavier' | 'uniform' | 'normal' | 'identity';
  /** Multiplies the recurrent weights only; below 1 gradients fade sooner, above 1 they may explode. */
  readonly gain: number;
  /**
   * Scales each recurrent block, after `recurrent` has filled it, until its largest |eigenvalue| is this, within 1e-3 of it; absent by default.
   * It says what `gain` says, so `gain` must be 1 beside it.
   */
  readonly spectralRadius?: number;
  /** `rnn.bias_*`: `zeros`, or `uniform` ±1/sqrt(H). */
  readonly bias: 'zeros' | 'uniform';
  /** Added to the LSTM's forget gate in `rnn.bias_ih_*` only, so it counts once; 0 for other cells and without biases. */
  readonly forgetBias: number;
  /**
   * Tmax above 2, the longest dependency that is expected, in time steps; absent by default. Chrono initialization (Tallec and Ollivier 2018): the
   * gates that keep the old state start with bias ln u, u uniform in [1, Tmax - 1] (LSTM: forget gate, and minus that in the input gate;
   * GRU: update gate), in `rnn.bias_ih_*`; those gates' part of `rnn.bias_hh_*` is zero. It replaces `forgetBias`, which must be 0 beside it.
   */
  readonly chrono?: number;
  /** `head.weight`: `xavier` with zero bias, or `uniform` ±1/sqrt(H), its bias too. */
  readonly head: 'xavier' | 'uniform';
  /** Standard deviation of the normal distribution that fills `embedding.weight`. */
  readonly embeddingDeviation: number;
}

/** A preset's name, or its parts: what is left out comes from `preset` (default `'default'`). */
export type InitializationOptions = InitializationPreset | (Partial<Initialization> & { readonly preset?: InitializationPreset });

/**
 * `default`: Xavier input weights, orthogonal recurrent weights, zero biases with forget bias 1, Xavier head, embedding
 * N(0, 0.1²), so that an embedded token is about as long as a one-hot one (length 1 at 100 features).
 * `pytorch`: what nn.RNN, nn.GRU, nn.LSTM, nn.Linear and nn.Embedding do: uniform ±1/sqrt(H) everywhere, embedding N(0, 1).
 */
const presets: Readonly<Record<InitializationPreset, Initialization>> = {
  default: {
    input: 'xavier',
    recurrent: 'orthogonal',
    gain: 1,
    bias: 'zeros',
    forgetBias: 1,
    head: 'xavier',
    embeddingDeviation: 0.1,
  },
  pytorch: {
    input: 'uniform',
    recurrent: 'uniform',
    gain: 1,
    bias: 'uniform',
    forgetBias: 0,
    head: 'uniform',
    embeddingDeviation: 1,
  },
};

const keys = ['preset', 'input', 'recurrent', 'gain', 'spectralRadius', 'bias', 'forgetBias', 'chrono', 'head', 'embeddingDeviation'];

/**
 * Completes an initialization. `forgetGateBias` says whether the model has an LSTM's forget gate with a bias to fill:
 * without one, and beside chrono, the default forgetBias is 0.
 *
 * @throws InputError for an unknown preset, key or word, a number out of range, or two parts that say the same thing differently.
 */
export function completeInitialization(options: InitializationOptions, forgetGateBias: boolean): Initialization {
  if (typeof options === 'string') {
    return completeInitialization({ preset: requireOneOf('initialization', options, initializationPresets) }, forgetGateBias);
  }
  requireKeys('initialization', options, keys);
  const base = presets[requireOneOf('initialization.preset', options.preset ?? 'default', initializationPresets)];
  const {
    input = base.input,
    recurrent = base.recurrent,
    gain = base.gain,
    bias = base.bias,
    chrono,
    spectralRadius,
    forgetBias = forgetGateBias && chrono === undefined ? base.forgetBias : 0,
    head = base.head,
    embeddingDeviation = base.embeddingDeviation,
  } = options;
  if (spectralRadius !== undefined && gain !== 1)
    throw new InputError(
      `initialization.gain must be 1 beside spectralRadius ${spectralRadius}, which scales the same weights, got ${gain}`,
    );
  if (chrono !== undefined && forgetBias !== 0)
    throw new InputError(`forgetBias must be 0 or left out beside chrono ${chrono}, which sets the same bias, got ${forgetBias}`);
  return {
    input: requireOneOf('initialization.input', input, ['xavier', 'uniform', 'normal']),
    recurrent: requireOneOf('initialization.recurrent', recurrent, ['orthogonal', 'xavier', 'uniform', 'normal', 'identity']),
    gain: requireNonNegative('initialization.gain', gain),
    ...(spectralRadius !== undefined && { spectralRadius: requirePositive('initialization.spectralRadius', spectralRadius) }),
    bias: requireOneOf('initialization.bias', bias, ['zeros', 'uniform']),
    forgetBias: requireFinite('forgetBias', forgetBias),
    ...(chrono !== undefined && { chrono: requireLongest(chrono) }),
    head: requireOneOf('initialization.head', head, ['xavier', 'uniform']),
    embeddingDeviation: requireNonNegative('initialization.embeddingDeviation', embeddingDeviation),
  };
}

function requireLongest(chrono: unknown): number {
  if (typeof chrono === 'number' && Number.isFinite(chrono) && chrono > 2) return chrono;
  return refuse('initialization.chrono', 'a number of time steps above 2', chrono);
}
