import { convolutionShapes, placesAfter } from './image.ts';
import type { Initializer } from './initializer.ts';
import { gateCount, inputSizeOf, layerOutputSize, type ModelSpec, sidesOf } from './model.ts';

/** One trainable tensor, under the name it has in a PyTorch state dict of nn.Embedding, nn.RNN/GRU/LSTM and nn.Linear. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** Gate blocks stacked along dimension 0: G for `rnn.*`, 1 otherwise. */
  readonly blocks: number;
  /** Blocks side by side along dimension 1: 2 where it reads two directions side by side, one per place where it reads an image's features, else 1. */
  readonly columnBlocks: number;
  readonly initializer: Initializer;
  /** Present on an embedding that the output layer has as its weight. */
  readonly isTied?: true;
  /** The product of `shape`. */
  readonly elements: number;
  /** Elements before this one in the unpadded flat order of the table. */
  readonly offset: number;
}

/**
 * All parameters of a model, in their one order: `embedding.weight` [V, E] if there is an embedding; per layer n
 * `rnn.weight_ih_l{n}` [G·H, I], `rnn.weight_hh_l{n}` [G·H, H], `rnn.bias_ih_l{n}` [G·H] unless bias is `none`,
 * `rnn.bias_hh_l{n}` [G·H] if bias is `both`, with layer normalisation its gains `rnn.layer_norm_ih_l{n}.weight` and `rnn.layer_norm_hh_l{n}.weight` [G·H] and
 * for the LSTM `rnn.layer_norm_c_l{n}.weight` and `.bias` [H], `rnn.h_0_l{n}` [H] and for the LSTM `rnn.c_0_l{n}` if the initial state is learned, and of the reverse direction the same with `_reverse`; `head.weight` [classes, H]
 * unless embeddings are tied, `head.bias` [classes].
 *
 * Of an image, ahead of all others, `conv.{n}.weight` [filters, 9·channels] and `conv.{n}.bias` [filters]: of PyTorch's nn.Conv2d weight w
 * [filters, channels, 3, 3] this is w.permute(0, 2, 3, 1).reshape(filters, -1).
 *
 * An encoder-decoder has `encoder.` and `decoder.` in front of them. Where the decoder's first states are not the encoder's last ones as they are,
 * `bridge.h_l{n}.weight` [H, F], `bridge.h_l{n}.bias` and the same for c of the LSTM; F is what they are made from. With attention
 * `attention.query.weight` [A, H], `attention.key.weight` [A, C] and `attention.score.weight` [1, A] (additive), `attention.combine.weight` [H, C + H].
 * With input feeding the decoder's lowest layer reads I = E + H: the features of the token, then the attentional vector.
 */
export function parameterTable(spec: ModelSpec): readonly Parameter[] {
  const table: Parameter[] = [];
  let offset = 0;
  const add: Add = (name, shape, blocks, initializer, columnBlocks = 1, isTied = false) => {
    const elements = shape.reduce((product, size) => product * size, 1);
    table.push(
      Object.freeze({
        name,
        shape: Object.freeze([...shape]),
        blocks,
        columnBlocks,
        initializer: Object.freeze(initializer),
        ...(isTied && { isTied }),
        elements,
        offset,
      }),
    );
    offset += elements;
  };
  const { hiddenSize } = spec.recurrent;
  const { decoder, output } = spec;
  const top = hiddenSize[hiddenSize.length - 1];
  if (decoder) {
    const [encoderPrefix, prefix] = spec.architecture === 'encoder-decoder' ? ['encoder.', 'decoder.'] : [undefined, ''];
    if (encoderPrefix) addStack(add, encoderPrefix, { ...spec, tiedEmbeddings: undefined }, spec.input);
    addConvolution(add, spec);
    addBridge(add, spec);
    const fed = spec.attention?.inputFeeding ? top : 0;
    addStack(add, prefix, oneDirection(spec), { kind: 'tokens', vocabulary: output.classes, embedding: decoder.embedding }, fed);
    addAttention(add, spec);
    addHead(add, prefix, spec, top, 1);
  } else {
    addStack(add, '', spec, spec.input);
    addHead(add, '', spec, layerOutputSize(spec, hiddenSize.length - 1), sidesOf(spec.recurrent));
  }
  return Object.freeze(table);
}

type Add = (
  name: string,
  shape: readonly number[],
  blocks: number,
  initializer: Initializer,
  columnBlocks?: number,
  isTied?: boolean,
) => void;

/** The decoder of a model: what it writes cannot be read from its end. */
export const oneDirection = (spec: ModelSpec): ModelSpec => ({
  ...spec,
  recurrent: { ...spec.recurrent, bidirectional: false, merge: 'concat', initialState: undefined },
});

/** `fed`: features that the lowest layer reads behind those of its input. */
function addStack(add: Add, prefix: string, spec: ModelSpec, input: ModelSpec['input'], fed = 0): void {
  const { initialization, hiddenSize, bias, cell, bidirectional, initialState, layerNorm } = spec.recurrent;
  if (input.kind === 'tokens' && input.embedding > 0) {
    const isTied = spec.tiedEmbeddings === true;
    // tied, it starts as an output layer does: the first loss hangs on the size of its products
    const initializer: Initializer = isTied
      ? headInitializer(spec, input.embedding)
      : { kind: 'normal', standardDeviation: initialization.embeddingDeviation };
    add(`${prefix}embedding.weight`, [input.vocabulary, input.embedding], 1, initializer, 1, isTied);
  }
  const gates = gateCount(cell);
  for (const [layer, units] of hiddenSize.entries()) {
    const inputSize = layer > 0 ? layerOutputSize(spec, layer - 1) : inputSizeOf(input) + fed;
    const rows = gates * units;
    for (const end of bidirectional ? ['', '_reverse'] : ['']) {
      const name = `l${layer}${end}`;
      const sides = layer > 0 ? sidesOf(spec.recurrent) : 1;
      add(`${prefix}rnn.weight_ih_${name}`, [rows, inputSize], gates, inputInitializer(spec, units, inputSize), sides);
      add(`${prefix}rnn.weight_hh_${name}`, [rows, units], gates, recurrentInitializer(spec, units));
      if (bias !== 'none') add(`${prefix}rnn.bias_ih_${name}`, [rows], gates, biasInitializer(spec, units, true));
      if (bias === 'both') add(`${prefix}rnn.bias_hh_${name}`, [rows], gates, biasInitializer(spec, units, false));
      if (layerNorm) {
        add(`${prefix}rnn.layer_norm_ih_${name}.weight`, [rows], gates, { kind: 'ones' });
        add(`${prefix}rnn.layer_norm_hh_${name}.weight`, [rows], gates, { kind: 'ones' });
        if (cell === 'lstm') add(`${prefix}rnn.layer_norm_c_${name}.weight`, [units], 1, { kind: 'ones' });
        if (cell === 'lstm') add(`${prefix}rnn.layer_norm_c_${name}.bias`, [units], 1, { kind: 'zeros' });
      }
      if (initialState !== 'learned') continue;
      for (const state of cell === 'lstm' ? ['h', 'c'] : ['h']) add(`${prefix}rnn.${state}_0_${name}`, [units], 1, { kind: 'zeros' });
    }
  }
}

function addHead(add: Add, prefix: string, spec: ModelSpec, size: number, sides: number): void {
  const initializer = headInitializer(spec, size);
  const { classes } = spec.output;
  if (!spec.tiedEmbeddings) add(`${prefix}head.weight`, [classes, size], 1, initializer, sides);
  add(`${prefix}head.bias`, [classes], 1, initializer.kind === 'uniform' ? initializer : { kind: 'zeros' });
}

/** Of the output layer's weight. */
const headInitializer = ({ recurrent: { initialization } }: ModelSpec, size: number): Initializer =>
  initialization.head === 'uniform' ? { kind: 'uniform', bound: 1 / Math.sqrt(size) } : { kind: 'xavier', gain: 1 };

/** Whether the decoder's first states are the encoder's last ones as they are. */
export const isBridged = (spec: ModelSpec): boolean => spec.architecture === 'one-to-many' || spec.recurrent.bidirectional;

/** He's bound for ReLU (He et al. 2015). Columns: taps of the 3x3 patch row by row, in each all channels; PyTorch has the channels first. */
function addConvolution(add: Add, { input }: ModelSpec): void {
  if (input.kind !== 'image') return;
  convolutionShapes(input).forEach(({ channels, filters }, layer) => {
    add(`conv.${layer}.weight`, [filters, 9 * channels], 1, { kind: 'uniform', bound: Math.sqrt(6 / (9 * channels)) });
    add(`conv.${layer}.bias`, [filters], 1, { kind: 'zeros' });
  });
}

function addBridge(add: Add, spec: ModelSpec): void {
  if (!isBridged(spec)) return;
  const { hiddenSize, cell, bidirectional } = spec.recurrent;
  const isVector = spec.architecture === 'one-to-many';
  for (const [layer, units] of hiddenSize.entries()) {
    const sides = bidirectional && !isVector ? 2 : 1;
    const size = isVector ? inputSizeOf(spec.input) : sides * units;
    const blocks = spec.input.kind === 'image' ? placesAfter(spec.input) : sides;
    for (const state of cell === 'lstm' ? ['h', 'c'] : ['h']) {
      add(`bridge.${state}_l${layer}.weight`, [units, size], 1, { kind: 'xavier', gain: 1 }, blocks);
      add(`bridge.${state}_l${layer}.bias`, [units], 1, { kind: 'zeros' });
    }
  }
}

function addAttention(add: Add, spec: ModelSpec): void {
  const { attention } = spec;
  if (!attention) return;
  const { hiddenSize } = spec.recurrent;
  const units = hiddenSize[hiddenSize.length - 1];
  const source = layerOutputSize(spec, hiddenSize.length - 1);
  const xavier: Initializer = { kind: 'xavier', gain: 1 };
  add('attention.query.weight', [attention.size, units], 1, xavier);
  if (attention.kind === 'additive') {
    add('attention.key.weight', [attention.size, source], 1, xavier, sidesOf(spec.recurrent));
    add('attention.score.weight', [1, attention.size], 1, xavier);
  }
  add('attention.combine.weight', [units, source + units], 1, xavier);
}

/** Elements of a whole table: the length of its unpadded flat order. */
export function parameterCount(table: readonly Parameter[]): number {
  return table.reduce((sum, parameter) => sum + parameter.elements, 0);
}

function inputInitializer(spec: ModelSpec, units: number, inputSize: number): Initializer {
  switch (spec.recurrent.initialization.input) {
    case 'xavier':
      return { kind: 'xavier', gain: 1 };
    case 'uniform':
      return { kind: 'uniform', bound: 1 / Math.sqrt(units) };
    case 'normal':
      return { kind: 'normal', standardDeviation: 1 / Math.sqrt(inputSize) };
  }
}

function recurrentInitializer(spec: ModelSpec, units: number): Initializer {
  const { spectralRadius: radius } = spec.recurrent.initialization;
  const matrix = recurrentMatrix(spec, units);
  return radius === undefined ? matrix : { kind: 'spectral-radius', radius, matrix };
}

function recurrentMatrix(spec: ModelSpec, units: number): Initializer {
  const { recurrent, gain } = spec.recurrent.initialization;
  switch (recurrent) {
    case 'uniform':
      return { kind: 'uniform', bound: gain / Math.sqrt(units) };
    case 'normal':
      return { kind: 'normal', standardDeviation: gain / Math.sqrt(units) };
    default:
      return { kind: recurrent, gain };
  }
}

/** The two biases of a layer are added up, so what stands for their sum is in `bias_ih` alone. */
function biasInitializer({ recurrent: { cell, initialization } }: ModelSpec, units: number, isInput: boolean): Initializer {
  const { bias, forgetBias, chrono } = initialization;
  const bound = bias === 'uniform' ? 1 / Math.sqrt(units) : 0;
  if (chrono !== undefined && (isInput || bound > 0)) {
    return { kind: 'chrono', longest: isInput ? chrono : 2, hasInputGate: cell === 'lstm', bound };
  }
  if (isInput && forgetBias !== 0) return { kind: 'lstm-bias', forgetBias, bound };
  return bound === 0 ? { kind: 'zeros' } : { kind: 'uniform', bound };
}
