import type { Initializer } from './initializer.ts';
import { gateCount, layerInputSize, layerOutputSize, type ModelSpec, sidesOf } from './model.ts';

/** One trainable tensor, under the name it has in a PyTorch state dict of nn.Embedding, nn.RNN/GRU/LSTM and nn.Linear. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** Gate blocks stacked along dimension 0: G for `rnn.*`, 1 otherwise. */
  readonly blocks: number;
  /** Blocks side by side along dimension 1: 2 where it reads two directions side by side, 1 otherwise. */
  readonly columnBlocks: number;
  readonly initializer: Initializer;
  /** The product of `shape`. */
  readonly elements: number;
  /** Elements before this one in the unpadded flat order of the table. */
  readonly offset: number;
}

/**
 * All parameters of a model, in their one order: `embedding.weight` [V, E] if there is an embedding; per layer n
 * `rnn.weight_ih_l{n}` [G·H, I], `rnn.weight_hh_l{n}` [G·H, H], `rnn.bias_ih_l{n}` [G·H] unless bias is `none`,
 * `rnn.bias_hh_l{n}` [G·H] if bias is `both`, and of the reverse direction the same with `_reverse`; `head.weight` [classes, H], `head.bias` [classes].
 */
export function parameterTable(spec: ModelSpec): readonly Parameter[] {
  const table: Parameter[] = [];
  let offset = 0;
  const add = (name: string, shape: readonly number[], blocks: number, initializer: Initializer, columnBlocks = 1): void => {
    const elements = shape.reduce((product, size) => product * size, 1);
    table.push(
      Object.freeze({
        name,
        shape: Object.freeze([...shape]),
        blocks,
        columnBlocks,
        initializer: Object.freeze(initializer),
        elements,
        offset,
      }),
    );
    offset += elements;
  };

  const { initialization, hiddenSize, bias, cell, bidirectional } = spec.recurrent;
  const sides = sidesOf(spec.recurrent);
  if (spec.input.kind === 'tokens' && spec.input.embedding > 0) {
    const standardDeviation = initialization.embeddingDeviation;
    add('embedding.weight', [spec.input.vocabulary, spec.input.embedding], 1, { kind: 'normal', standardDeviation });
  }
  const gates = gateCount(cell);
  for (const [layer, units] of hiddenSize.entries()) {
    const inputSize = layerInputSize(spec, layer);
    const rows = gates * units;
    for (const end of bidirectional ? ['', '_reverse'] : ['']) {
      const name = `l${layer}${end}`;
      add(`rnn.weight_ih_${name}`, [rows, inputSize], gates, inputInitializer(spec, units, inputSize), layer > 0 ? sides : 1);
      add(`rnn.weight_hh_${name}`, [rows, units], gates, recurrentInitializer(spec, units));
      if (bias !== 'none') add(`rnn.bias_ih_${name}`, [rows], gates, biasInitializer(spec, units, true));
      if (bias === 'both') add(`rnn.bias_hh_${name}`, [rows], gates, biasInitializer(spec, units, false));
    }
  }
  const top = layerOutputSize(spec, hiddenSize.length - 1);
  const plain = initialization.head === 'uniform';
  const bound = 1 / Math.sqrt(top);
  add('head.weight', [spec.output.classes, top], 1, plain ? { kind: 'uniform', bound } : { kind: 'xavier', gain: 1 }, sides);
  add('head.bias', [spec.output.classes], 1, plain ? { kind: 'uniform', bound } : { kind: 'zeros' });
  return Object.freeze(table);
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
