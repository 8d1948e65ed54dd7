/** The sizes and the parameters of a test model made of twins; everything padded as the plan pads. */
import { type Cell, gateCount } from './options.ts';

export interface ChainOptions {
  readonly cell: Cell;
  readonly reset: 'after' | 'before';
  readonly bias: 'both' | 'input' | 'none';
  readonly batch: number;
  readonly timeSteps: number;
  readonly layers: number;
  /** Each layer also reads backwards within each row's length, and hands both outputs upwards side by side. */
  readonly bidirectional?: boolean;
  /** Share of a layer's outputs that the layer above does not see; default 0. */
  readonly dropout?: number;
  /** Recurrent dropout and zoneout within each layer; default 0. */
  readonly recurrentDropout?: number;
  readonly zoneout?: number;
  readonly zoneoutCell?: number;
  /** Products, and the LSTM's c, are layer-normalised; default false. */
  readonly layerNorm?: boolean;
  /** Units that are real; H is this, padded to a multiple of `padding`. */
  readonly units: number;
  readonly padding: number;
  readonly input: { readonly kind: 'vectors' | 'embedding' | 'one-hot'; readonly size: number; readonly vocabulary: number };
  /** The head's weight is the embedding; as many features as a layer's units, as many classes as tokens. */
  readonly tied?: boolean;
  readonly loss: 'softmax' | 'squared-error' | 'sigmoid';
  readonly classes: number;
  readonly labelSmoothing: number;
  /** Time steps of each row; absent: all. Past its length a row's states hold and its targets do not count. */
  readonly lengths?: readonly number[];
  /** The gradient of the initial states is wanted: row 0 of outputGradient, and the LSTM's carry. */
  readonly initial?: boolean;
}

/** The kernels know the two forms of the GRU as two cells. */
export const kernelCell = ({ cell, reset }: Pick<ChainOptions, 'cell' | 'reset'>): Cell =>
  cell === 'gru' && reset === 'before' ? 'gru-before' : cell;

/** A small model with everything odd: 5 of 8 units, 3 of 4 inputs, 5 of 8 classes. */
export const smallChain: ChainOptions = {
  cell: 'lstm',
  reset: 'after',
  bias: 'both',
  batch: 3,
  timeSteps: 4,
  layers: 1,
  units: 5,
  padding: 4,
  input: { kind: 'vectors', size: 3, vocabulary: 6 },
  loss: 'softmax',
  classes: 5,
  labelSmoothing: 0,
};

export interface ChainSizes {
  /** H. */
  readonly hidden: number;
  /** D * H: what a layer hands upwards. */
  readonly output: number;
  /** I of layer 0. */
  readonly input: number;
  /** V, the stride of the logits. */
  readonly classes: number;
  /** Rows of embedding.weight, columns of a one-hot weight_ih, segments of the sorted positions. */
  readonly vocabulary: number;
  /** G * H. */
  readonly gates: number;
}

export function chainSizes(options: ChainOptions): ChainSizes {
  const pad = (size: number) => Math.ceil(size / options.padding) * options.padding;
  const hidden = pad(options.units);
  const { kind, size, vocabulary } = options.input;
  return {
    hidden,
    output: options.bidirectional ? 2 * hidden : hidden,
    input: pad(kind === 'one-hot' ? vocabulary : size),
    classes: pad(options.classes),
    vocabulary: pad(vocabulary),
    gates: gateCount(options.cell) * hidden,
  };
}

/** How the names of the parameters of each direction end. */
export const directionsOf = ({ bidirectional }: ChainOptions): readonly string[] => (bidirectional ? ['', '_reverse'] : ['']);

/** Whether dropout lies between a layer and the one above. */
export const dropoutAbove = ({ dropout = 0, layers }: ChainOptions, layer: number): boolean => dropout > 0 && layer < layers - 1;

/** A matrix [rows, columns] (a bias has one column) at `offset` of the flat parameters. */
export interface ChainParameter {
  readonly name: string;
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  /** Whether the forward copy holds it transposed. */
  readonly isTransposed: boolean;
  /** False for padding. */
  readonly isReal: (row: number, column: number) => boolean;
}

export function chainParameters(options: ChainOptions): ReadonlyMap<string, ChainParameter> {
  const sizes = chainSizes(options);
  const { units, classes, bias, input, tied } = options;
  const realInputs = input.kind === 'one-hot' ? input.vocabulary : input.size;
  const table = new Map<string, ChainParameter>();
  let offset = 0;
  const add = (name: string, rows: number, columns: number, isReal: ChainParameter['isReal'], isTransposed = false) => {
    table.set(name, { name, offset, rows, columns, isTransposed, isReal });
    offset += rows * columns;
  };
  if (input.kind === 'embedding')
    add('embedding.weight', sizes.vocabulary, sizes.input, (row, column) => row < input.vocabulary && column < input.size, tied);
  const isUnit = (index: number) => index % sizes.hidden < units;
  for (let layer = 0; layer < options.layers; layer++) {
    const inputs = layer === 0 ? sizes.input : sizes.output;
    const isInput = (column: number) => (layer === 0 ? column < realInputs : isUnit(column));
    for (const end of directionsOf(options)) {
      add(`rnn.weight_ih_l${layer}${end}`, sizes.gates, inputs, (row, column) => isUnit(row) && isInput(column), true);
      add(`rnn.weight_hh_l${layer}${end}`, sizes.gates, sizes.hidden, (row, column) => isUnit(row) && isUnit(column), true);
      if (bias !== 'none') add(`rnn.bias_ih_l${layer}${end}`, sizes.gates, 1, isUnit);
      if (bias === 'both') add(`rnn.bias_hh_l${layer}${end}`, sizes.gates, 1, isUnit);
      if (!options.layerNorm) continue;
      add(`rnn.layer_norm_ih_l${layer}${end}.weight`, sizes.gates, 1, isUnit);
      add(`rnn.layer_norm_hh_l${layer}${end}.weight`, sizes.gates, 1, isUnit);
      if (options.cell !== 'lstm') continue;
      add(`rnn.layer_norm_c_l${layer}${end}.weight`, sizes.hidden, 1, isUnit);
      add(`rnn.layer_norm_c_l${layer}${end}.bias`, sizes.hidden, 1, isUnit);
    }
  }
  if (!tied) add('head.weight', sizes.classes, sizes.output, (row, column) => row < classes && isUnit(column), true);
  add('head.bias', sizes.classes, 1, (row) => row < classes);
  return table;
}

/** Repeatable numbers in [0, 1) (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let hash = Math.imul(state ^ (state >>> 15), state | 1);
    hash ^= hash + Math.imul(hash ^ (hash >>> 7), hash | 61);
    return ((hash ^ (hash >>> 14)) >>> 0) / 2 ** 32;
  };
}
