import { type AttentionOptions, completeAttention } from './attention.ts';
import { completeDecoder, type DecoderOptions } from './decoder.ts';
import { completeImage, type ImageInput, type ImageOptions, placesAfter } from './image.ts';
import { completeInitialization, type Initialization, type InitializationOptions } from './initializer.ts';
import { InputError } from './input-error.ts';
import { requireTiedSizes } from './tied-embeddings.ts';
import {
  deepFreeze,
  describeValue,
  refuse,
  requireBoolean,
  requireFraction,
  requireInteger,
  requireKeys,
  requireOneOf,
  requireSeed,
} from './validation.ts';

/** All architectures, in the order in which messages list them. */
export const architectures = ['one-to-one', 'one-to-many', 'many-to-one', 'many-to-many', 'encoder-decoder'] as const;
/** All cells, in the order in which messages list them. */
export const cells = ['rnn-tanh', 'rnn-relu', 'gru', 'lstm'] as const;

export type Architecture = (typeof architectures)[number];
export type Cell = (typeof cells)[number];

/** Tokens: integers below `vocabulary`, one-hot when `embedding` is 0. */
export interface TokensInput {
  readonly kind: 'tokens';
  readonly vocabulary: number;
  readonly embedding: number;
}

/** Vectors of `size` numbers per time step. */
export interface VectorsInput {
  readonly kind: 'vectors';
  readonly size: number;
}

/** What a network reads; of images one per row (one-to-many). */
export type ModelInput = TokensInput | VectorsInput | ImageInput;

/** What a user writes. All but `input`, `recurrent.cell`, `recurrent.hiddenSize` and `output` has a default. */
export interface ModelOptions {
  /** Default `'many-to-many'`, an output per time step. */
  readonly architecture?: Architecture;
  /** `embedding`: features per token; 0 or absent means one-hot. */
  readonly input: { readonly kind: 'tokens'; readonly vocabulary: number; readonly embedding?: number } | VectorsInput | ImageOptions;
  readonly recurrent: RecurrentOptions;
  readonly output: { readonly kind: 'softmax' | 'sigmoid' | 'linear'; readonly classes: number };
  /** Many-to-one: which of a row's outputs the head sees: the last (default; of both directions their ends), their mean or their maximum. */
  readonly pooling?: Pooling;
  /** One-to-many and encoder-decoder: the network that writes; `recurrent` describes it, and of an encoder-decoder the encoder too. */
  readonly decoder?: DecoderOptions;
  /** Encoder-decoder: how what is written looks back at what was read; default none. */
  readonly attention?: AttentionOptions;
  /** The output layer's weight is the embedding of the tokens that it says (Press and Wolf 2017): one parameter, in the embedding's place; default false. */
  readonly tiedEmbeddings?: boolean;
  /** Seed of the first parameter values, a u32; default 1. */
  readonly seed?: number;
}

export interface RecurrentOptions {
  readonly cell: Cell;
  /** Units per layer; a list gives each layer its own width, the lowest first. */
  readonly hiddenSize: number | readonly number[];
  /** Default 1, or the length of `hiddenSize`. */
  readonly layers?: number;
  /** GRU only: the reset gate acts `after` the recurrent product (default, PyTorch) or `before` it (Cho et al. 2014). */
  readonly reset?: 'after' | 'before';
  /** Bias vectors per gate: `both` (default, PyTorch), `input` (one, as Keras) or `none`. */
  readonly bias?: 'both' | 'input' | 'none';
  /** Default `'default'`; see Initialization. */
  readonly initialization?: InitializationOptions;
  /** Share of a layer's outputs that the layer above does not see in a training step, in [0, 1), as PyTorch; default 0. */
  readonly dropout?: number;
  /**
   * Share of the units that the recurrent product does not see in a training step, the same ones at every time step of a row, in [0, 1);
   * default 0 (Gal and Ghahramani 2016).
   */
  readonly recurrentDropout?: number;
  /** Probability with which a unit keeps its state at a time step of a training step, in [0, 1); default 0 (Krueger et al. 2016). */
  readonly zoneout?: number;
  /** The same for the LSTM's c; default 0. */
  readonly zoneoutCell?: number;
  /**
   * W x, U h and the LSTM's c are layer-normalised, each over the row of a batch, with gains (and c with a bias) that are learned; default false
   * (Ba, Kiros and Hinton 2016).
   */
  readonly layerNorm?: boolean;
  /** Every layer also reads its input from the end (Schuster and Paliwal 1997); default false. */
  readonly bidirectional?: boolean;
  /** How the two directions make one output: side by side (default, PyTorch), added or averaged. */
  readonly merge?: Merge;
  /** What rows start from: zeros (default), or a state of each layer that is learned with the weights; the decoder of a network that writes has its own. */
  readonly initialState?: InitialStateKind;
}

export type InitialStateKind = 'zero' | 'learned';
export type Merge = 'concat' | 'sum' | 'mean';
export type Pooling = 'last' | 'mean' | 'max';
export const initialStates = ['zero', 'learned'] as const;
const merges = ['concat', 'sum', 'mean'] as const;
const poolings = ['last', 'mean', 'max'] as const;

/** What a model is: complete, deeply frozen, plain data that survives JSON. */
export interface ModelSpec {
  readonly architecture: Architecture;
  readonly input: ModelInput;
  readonly recurrent: {
    readonly cell: Cell;
    /** Units of each layer, one entry per layer. */
    readonly hiddenSize: readonly number[];
    readonly layers: number;
    readonly reset: 'after' | 'before';
    readonly bias: 'both' | 'input' | 'none';
    readonly initialization: Initialization;
    readonly dropout: number;
    readonly recurrentDropout: number;
    readonly zoneout: number;
    readonly zoneoutCell: number;
    /** Absent: nothing is normalised. */
    readonly layerNorm?: true;
    readonly bidirectional: boolean;
    readonly merge: Merge;
    /** Absent: zeros. */
    readonly initialState?: 'learned';
  };
  readonly output: { readonly kind: 'softmax' | 'sigmoid' | 'linear'; readonly classes: number };
  readonly pooling: Pooling;
  /** Present where one network writes from what another one read, or from one input. */
  readonly decoder?: { readonly embedding: number; readonly mark: number };
  /** Present where the decoder attends. */
  readonly attention?: { readonly kind: 'additive' | 'multiplicative'; readonly size: number; readonly inputFeeding?: true };
  /** Absent: the output layer has a weight of its own. */
  readonly tiedEmbeddings?: true;
  readonly seed: number;
}

const mostLayers = 1024;
const recurrentKeys = [
  'cell',
  'hiddenSize',
  'layers',
  'reset',
  'bias',
  'initialization',
  'dropout',
  'recurrentDropout',
  'zoneout',
  'zoneoutCell',
  'layerNorm',
  'bidirectional',
  'merge',
  'initialState',
];

/**
 * Completes and checks a model's description. Giving the result back yields an equal one.
 *
 * @throws InputError that names the option, what it wants and what it got.
 */
export function modelSpec(options: ModelOptions): ModelSpec {
  requireKeys('the model', options, [
    'architecture',
    'input',
    'recurrent',
    'output',
    'pooling',
    'decoder',
    'attention',
    'tiedEmbeddings',
    'seed',
  ]);
  const { architecture = 'many-to-many', seed = 1 } = options;
  const known = requireOneOf('architecture', architecture, architectures);
  const recurrent = completeRecurrent(options.recurrent);
  if ((known === 'one-to-one' || known === 'one-to-many') && recurrent.bidirectional) {
    throw new InputError(`bidirectional must be false for architecture '${known}', whose output is its next input`);
  }
  if (known === 'one-to-many' && recurrent.initialState) {
    throw new InputError("initialState 'learned' must not be asked of architecture 'one-to-many', whose first state comes from its input");
  }
  const input = completeInput(options.input);
  if (input.kind === 'image' && known !== 'one-to-many') {
    throw new InputError(`input of kind 'image' belongs to architecture 'one-to-many', got '${known}'`);
  }
  const output = completeOutput(options.output);
  const decoder = completeDecoder(known, options.decoder, input, output);
  const attention = completeAttention(known, options.attention, recurrent, decoder);
  const pooling = requireOneOf('pooling', options.pooling ?? 'last', poolings);
  if (pooling !== 'last' && known !== 'many-to-one') {
    throw new InputError(`pooling '${pooling}' belongs to architecture 'many-to-one', got '${known}'`);
  }
  const spec: ModelSpec = {
    architecture: known,
    input,
    recurrent,
    output,
    pooling,
    ...(decoder && { decoder }),
    ...(attention && { attention }),
    ...(requireBoolean('tiedEmbeddings', options.tiedEmbeddings ?? false) && { tiedEmbeddings: true }),
    seed: requireSeed('seed', seed),
  };
  const top = recurrent.layers - 1;
  requireTiedSizes(spec, decoder ? recurrent.hiddenSize[top] : layerOutputSize(spec, top));
  return deepFreeze(spec);
}

/** Gates of a cell, G: how many blocks of H rows its weights stack (RNN 1, GRU 3 as r z n, LSTM 4 as i f g o). */
export function gateCount(cell: Cell): 1 | 3 | 4 {
  return cell === 'lstm' ? 4 : cell === 'gru' ? 3 : 1;
}

/** I of a layer: what it reads at each time step, the input below the first layer and the hidden units of the one below after that. */
export function layerInputSize(spec: ModelSpec, layer: number): number {
  if (layer > 0) return layerOutputSize(spec, layer - 1);
  return inputSizeOf(spec.input);
}

/**
 * I of what reads an input: numbers per vector, features per token, or as many as there are tokens where they are one-hot; of an image the features
 * that its convolution leaves.
 */
export function inputSizeOf(input: ModelInput): number {
  if (input.kind === 'image') return placesAfter(input) * input.filters[input.filters.length - 1];
  return input.kind === 'vectors' ? input.size : input.embedding || input.vocabulary;
}

/** Numbers that the host gives for each row and time step: one id, a vector, or all pixels of an image. */
export function valuesPerStep(input: ModelInput): number {
  if (input.kind === 'image') return input.width * input.height * input.channels;
  return input.kind === 'vectors' ? input.size : 1;
}

/** What a layer gives at each time step: its units, twice as many where two directions lie side by side. */
export const layerOutputSize = ({ recurrent }: ModelSpec, layer: number): number => recurrent.hiddenSize[layer] * sidesOf(recurrent);

/** 2 where the outputs of two directions lie side by side, else 1. */
export const sidesOf = ({ bidirectional, merge }: ModelSpec['recurrent']): 1 | 2 => (bidirectional && merge === 'concat' ? 2 : 1);

function completeInput(input: ModelOptions['input']): ModelInput {
  requireKeys('input', input, ['kind', 'vocabulary', 'embedding', 'size', 'width', 'height', 'channels', 'filters']);
  const kind = requireOneOf('input.kind', input.kind, ['tokens', 'vectors', 'image']);
  if (input.kind === 'image') {
    requireKeys('input of an image', input, ['kind', 'width', 'height', 'channels', 'filters']);
    return completeImage(input);
  }
  if (input.kind === 'vectors') {
    requireKeys('input of vectors', input, ['kind', 'size']);
    return { kind: 'vectors', size: requireInteger('input.size', input.size) };
  }
  requireKeys(`input of ${kind}`, input, ['kind', 'vocabulary', 'embedding']);
  const { embedding = 0 } = input;
  return {
    kind: 'tokens',
    vocabulary: requireInteger('vocabulary', input.vocabulary, 2),
    embedding: requireInteger('embedding', embedding, 0),
  };
}

function completeRecurrent(options: RecurrentOptions): ModelSpec['recurrent'] {
  requireKeys('recurrent', options, recurrentKeys);
  const { reset = 'after', bias = 'both', initialization = 'default', dropout = 0, bidirectional = false, merge = 'concat' } = options;
  const initialState = requireOneOf('initialState', options.initialState ?? 'zero', initialStates);
  const cell = requireOneOf('cell', options.cell, cells);
  const hiddenSize = completeHiddenSize(options.hiddenSize, options.layers);
  requireOneOf('reset', reset, ['after', 'before']);
  if (reset === 'before' && cell !== 'gru') throw new InputError(`reset 'before' belongs to cell 'gru', got cell '${cell}'`);
  requireOneOf('bias', bias, ['both', 'input', 'none']);
  requireFraction('dropout', dropout);
  const { recurrentDropout = 0, zoneout = 0, zoneoutCell = 0 } = options;
  requireFraction('recurrentDropout', recurrentDropout);
  requireFraction('zoneout', zoneout);
  requireFraction('zoneoutCell', zoneoutCell);
  if (zoneoutCell > 0 && cell !== 'lstm') throw new InputError(`zoneoutCell belongs to cell 'lstm', got cell '${cell}'`);
  const layerNorm = requireBoolean('layerNorm', options.layerNorm ?? false);
  requireBoolean('bidirectional', bidirectional);
  requireOneOf('merge', merge, merges);
  if (merge !== 'concat' && !bidirectional) throw new InputError(`merge '${merge}' belongs to bidirectional true, got false`);
  const forgetGateBias = cell === 'lstm' && bias !== 'none';
  const complete = completeInitialization(initialization, forgetGateBias);
  if (complete.forgetBias !== 0 && !forgetGateBias) {
    throw new InputError(
      `forgetBias belongs to cell 'lstm' with a bias, got ${complete.forgetBias} for cell '${cell}' with bias '${bias}'`,
    );
  }
  if (complete.chrono !== undefined && (gateCount(cell) === 1 || bias === 'none')) {
    throw new InputError(`chrono belongs to cell 'lstm' or 'gru' with a bias, got cell '${cell}' with bias '${bias}'`);
  }
  return {
    cell,
    hiddenSize,
    layers: hiddenSize.length,
    reset,
    bias,
    initialization: complete,
    dropout,
    recurrentDropout,
    zoneout,
    zoneoutCell,
    ...(layerNorm && { layerNorm }),
    bidirectional,
    merge,
    ...(initialState === 'learned' && { initialState }),
  };
}

function completeHiddenSize(hiddenSize: number | readonly number[], layers: number | undefined): readonly number[] {
  if (layers !== undefined) requireInteger('layers', layers, 1, mostLayers);
  if (!isList(hiddenSize)) {
    const units = requireInteger('hiddenSize', hiddenSize);
    return Array.from({ length: layers ?? 1 }, () => units);
  }
  if (hiddenSize.length === 0) refuse('hiddenSize', 'a positive integer or one per layer', hiddenSize);
  if (layers !== undefined && layers !== hiddenSize.length) {
    throw new InputError(`layers must equal the ${hiddenSize.length} entries of hiddenSize ${describeValue(hiddenSize)}, got ${layers}`);
  }
  return hiddenSize.map((units, layer) => requireInteger(`hiddenSize[${layer}]`, units));
}

function completeOutput(output: ModelOptions['output']): ModelSpec['output'] {
  requireKeys('output', output, ['kind', 'classes']);
  const kind = requireOneOf('output.kind', output.kind, ['softmax', 'sigmoid', 'linear']);
  return { kind, classes: requireInteger('classes', output.classes, kind === 'softmax' ? 2 : 1) };
}

function isList(value: number | readonly number[]): value is readonly number[] {
  return Array.isArray(value);
}
