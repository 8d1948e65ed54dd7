/** Attention made of twins, forward and backward, as the plan strings its kernels together; loss = sum of coefficients · output. For tests. */
import { attentionForward } from './attention-forward.ts';
import { type AttentionShape, alignmentStride } from './attention-options.ts';
import { attentionQueryBackward } from './attention-query-backward.ts';
import { attentionScoreBackward } from './attention-score-backward.ts';
import { attentionSourceBackward } from './attention-source-backward.ts';
import { type ChainParameter, randomNumbers } from './chain-layout.ts';
import { joinColumns } from './join-columns.ts';
import { matmul } from './matmul.ts';
import type { Buffers, Values } from './options.ts';
import { splitColumns } from './split-columns.ts';
import { tanhRows } from './tanh-rows.ts';
import { tanhRowsBackward } from './tanh-rows-backward.ts';
import { weightGradient } from './weight-gradient.ts';

export const attentionTwins = {
  attentionForward,
  attentionQueryBackward,
  attentionScoreBackward,
  attentionSourceBackward,
  joinColumns,
  matmul,
  splitColumns,
  tanhRows,
  tanhRowsBackward,
  weightGradient,
};
export type AttentionTwins = typeof attentionTwins;

export interface AttentionChainOptions {
  readonly kind: AttentionShape['kind'];
  readonly scale: number;
  readonly targetSteps: number;
  readonly sourceSteps: number;
  /** Real source steps of each row of the batch. */
  readonly lengths: readonly number[];
  /** Real numbers per query and key (additive only), per encoder output and per decoder state. */
  readonly attention: number;
  readonly values: number;
  readonly hidden: number;
  /** Equal blocks of an encoder output, each padded by itself. */
  readonly blocks: number;
}

export interface AttentionChain {
  readonly options: AttentionChainOptions;
  readonly shape: AttentionShape;
  /** H, padded. */
  readonly hiddenSize: number;
  readonly columns: Parameters<typeof joinColumns>[0];
  readonly parameters: ReadonlyMap<string, ChainParameter>;
  readonly buffers: Buffers;
}

const padded = (size: number): number => Math.ceil(size / 4) * 4;

export function createAttentionChain(options: AttentionChainOptions, seed = 1): AttentionChain {
  const { kind, scale, targetSteps, sourceSteps, lengths, attention, values, hidden, blocks } = options;
  const batch = lengths.length;
  const unitsPerBlock = values / blocks;
  const valueSize = blocks * padded(unitsPerBlock);
  const isValue = (i: number): boolean => i % padded(unitsPerBlock) < unitsPerBlock;
  const isAdditive = kind === 'additive';
  const attentionSize = isAdditive ? padded(attention) : valueSize;
  const isAttention = isAdditive ? (i: number) => i < attention : isValue;
  const hiddenSize = padded(hidden);
  const joined = padded(values + hidden);
  const parameters = new Map<string, ChainParameter>();
  let offset = 0;
  const add = (name: string, rows: number, columns: number, isReal: ChainParameter['isReal'], isTransposed = true) => {
    parameters.set(name, { name, offset, rows, columns, isTransposed, isReal });
    offset += rows * columns;
  };
  add('attention.query.weight', attentionSize, hiddenSize, (row, column) => isAttention(row) && column < hidden);
  if (isAdditive) {
    add('attention.key.weight', attentionSize, valueSize, (row, column) => isAttention(row) && isValue(column));
    add('attention.score.weight', 4, attentionSize, (row, column) => row === 0 && isAttention(column));
  }
  add('attention.combine.weight', hiddenSize, joined, (row, column) => row < hidden && column < values + hidden);

  const random = randomNumbers(seed);
  const real = (steps: number, width: number, isReal: (i: number) => boolean): Float64Array =>
    Float64Array.from({ length: steps * batch * width }, (_, i) => (isReal(i % width) ? Math.fround(2 * random() - 1) : 0));
  const empty = (steps: number, width: number): Float64Array => new Float64Array(steps * batch * width).fill(Number.NaN);
  const flat = new Float64Array(offset);
  for (const { offset: first, rows, columns, isReal } of parameters.values()) {
    for (let i = 0; i < rows * columns; i++) {
      if (isReal(Math.floor(i / columns), i % columns)) flat[first + i] = Math.fround(2 * random() - 1);
    }
  }
  const stride = alignmentStride(sourceSteps);
  return {
    options,
    shape: { kind, scale, batch, targetSteps, sourceSteps, attentionSize, valueSize },
    hiddenSize,
    columns: {
      rows: targetSteps * batch,
      firstColumns: values,
      firstStride: valueSize,
      firstBlocks: blocks,
      secondColumns: hidden,
      secondStride: hiddenSize,
      stride: joined,
    },
    parameters,
    buffers: {
      parameters: flat,
      weights: new Float64Array(offset),
      // rows of padding stay as they are
      gradients: new Float64Array(offset),
      lengths: Uint32Array.from(lengths),
      states: real(targetSteps, hiddenSize, (i) => i < hidden),
      source: real(sourceSteps, valueSize, isValue),
      coefficients: real(targetSteps, hiddenSize, (i) => i < hidden),
      queries: empty(targetSteps, attentionSize),
      keys: empty(sourceSteps, attentionSize),
      alignment: empty(targetSteps, stride),
      context: empty(targetSteps, valueSize),
      joined: empty(targetSteps, joined),
      output: empty(targetSteps, hiddenSize),
      outputGradient: empty(targetSteps, hiddenSize),
      joinedGradient: empty(targetSteps, joined),
      contextGradient: empty(targetSteps, valueSize),
      scoreGradient: empty(targetSteps, stride),
      queryGradient: empty(targetSteps, attentionSize),
      weightRows: empty(targetSteps, attentionSize),
      keyGradient: empty(sourceSteps, attentionSize),
      stateGradient: empty(targetSteps, hiddenSize),
      sourceGradient: empty(sourceSteps, valueSize),
    },
  };
}

export const attentionOffset = (chain: AttentionChain, name: string): number =>
  chain.parameters.get(`attention.${name}.weight`)?.offset ?? 0;

/** Every offset but those named is 0. */
export const placed = (places: Readonly<Record<string, number>> = {}): Record<string, number> => ({
  ...Object.fromEntries(
    [
      'queries',
      'keys',
      'values',
      'score',
      'lengths',
      'alignment',
      'context',
      'contextGradient',
      'scoreGradient',
      'queryGradient',
      'weightRows',
    ]
      .concat(['keyGradient', 'valueGradient', 'first', 'second', 'joined', 'rows', 'gradient', 'left', 'right', 'bias', 'out', 'input'])
      .map((name) => [name, 0]),
  ),
  ...places,
});

/** out [rows, columns] = left [rows, inner] · right [inner, columns], or added to it. */
export function product(
  twins: Pick<AttentionTwins, 'matmul'>,
  [rows, inner, columns]: readonly number[],
  buffers: Buffers,
  right: number,
  accumulate = false,
  places: Readonly<Record<string, number>> = {},
): void {
  const layout = { left: 'rows', right: 'rows', leftStride: inner, rightStride: columns, outStride: columns } as const;
  twins.matmul({ ...layout, rows, inner, columns, bias: false, parts: 1, accumulate }, placed({ right, ...places }), buffers);
}

/** dW of y = W x; without `input` the column sums of dy alone. */
export function gradient(
  twins: Pick<AttentionTwins, 'weightGradient'>,
  rows: number,
  [hiddenSize, inputSize]: readonly number[],
  buffers: Buffers,
  place: number,
  input = 0,
): void {
  const options = { cell: 'dense', batch: 1, timeSteps: rows, hiddenSize, inputSize, hiddenBias: false, parts: 1 } as const;
  twins.weightGradient({ ...options, inputBias: inputSize === 0 }, placed({ weightInput: place, biasInput: place, input }), buffers);
}

export function forwardAttention(chain: AttentionChain, twins: AttentionTwins = attentionTwins): number {
  const { shape, hiddenSize, columns, parameters } = chain;
  const { batch, targetSteps, sourceSteps, attentionSize, valueSize } = shape;
  const { buffers } = chain;
  const { weights, states, source, queries, keys, joined, output, coefficients } = buffers;
  for (const { offset, rows, columns: width } of parameters.values()) {
    for (let i = 0; i < rows * width; i++) weights[offset + (i % width) * rows + Math.floor(i / width)] = buffers.parameters[offset + i];
  }
  const targets = targetSteps * batch;
  product(twins, [targets, hiddenSize, attentionSize], { left: states, right: weights, out: queries }, attentionOffset(chain, 'query'));
  const projection = { left: source, right: weights, out: keys };
  if (shape.kind === 'additive') product(twins, [sourceSteps * batch, valueSize, attentionSize], projection, attentionOffset(chain, 'key'));
  else keys.set(source);
  twins.attentionForward(shape, placed({ score: attentionOffset(chain, 'score') }), { ...buffers, values: source });
  twins.joinColumns(columns, placed(), { first: buffers.context, second: states, joined });
  product(twins, [targets, columns.stride, hiddenSize], { left: joined, right: weights, out: output }, attentionOffset(chain, 'combine'));
  twins.tanhRows({ elements: output.length }, placed(), { rows: output });
  return Array.from(output).reduce((sum, value, i) => sum + value * coefficients[i], 0);
}

/** After forwardAttention: fills gradients, stateGradient and sourceGradient. */
export function backwardAttention(chain: AttentionChain, twins: AttentionTwins = attentionTwins): void {
  const { shape, hiddenSize, columns, buffers } = chain;
  const { batch, targetSteps, sourceSteps, attentionSize, valueSize } = shape;
  const { parameters, gradients, states, source, outputGradient, joined, joinedGradient, contextGradient, stateGradient } = buffers;
  const { queryGradient, keyGradient, sourceGradient, weightRows } = buffers;
  const isAdditive = shape.kind === 'additive';
  const [targets, sources] = [targetSteps * batch, sourceSteps * batch];
  outputGradient.set(buffers.coefficients);
  twins.tanhRowsBackward({ elements: outputGradient.length }, placed(), { rows: buffers.output, gradient: outputGradient });
  const combine = attentionOffset(chain, 'combine');
  gradient(twins, targets, [hiddenSize, columns.stride], { gates: outputGradient, input: joined, out: gradients }, combine);
  const operands = { left: outputGradient, right: parameters, out: joinedGradient };
  product(twins, [targets, hiddenSize, columns.stride], operands, combine);
  twins.splitColumns(columns, placed(), { first: contextGradient, second: stateGradient, joined: joinedGradient });
  const call = placed({ score: attentionOffset(chain, 'score') });
  const all = { ...buffers, values: source, valueGradient: sourceGradient };
  twins.attentionScoreBackward(shape, call, all);
  twins.attentionQueryBackward(shape, call, all);
  twins.attentionSourceBackward({ ...shape, keys: isAdditive ? 'own' : 'values', accumulate: false }, call, all);
  if (isAdditive)
    gradient(twins, targets, [attentionSize, 0], { gates: weightRows, input: weightRows, out: gradients }, attentionOffset(chain, 'score'));
  const through = (name: string, rows: number, width: number, gates: Values, input: Values, into: Values) => {
    gradient(twins, rows, [attentionSize, width], { gates, input, out: gradients }, attentionOffset(chain, name));
    product(twins, [rows, attentionSize, width], { left: gates, right: parameters, out: into }, attentionOffset(chain, name), true);
  };
  through('query', targets, hiddenSize, queryGradient, states, stateGradient);
  if (isAdditive) through('key', sources, valueSize, keyGradient, source, sourceGradient);
}
