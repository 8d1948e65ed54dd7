/** The parameters and buffers of a decoder layer that is fed its attention's output, filled with repeatable random numbers; padding is zero. */
import { type AttentionChain, type AttentionChainOptions, createAttentionChain } from './attention-chain.ts';
import { type ChainParameter, randomNumbers } from './chain-layout.ts';
import type { JoinColumnsOptions } from './join-columns.ts';
import { type Buffers, type Cell, gateCount, planeCount } from './options.ts';

export interface FeedingChainOptions {
  readonly cell: Exclude<Cell, 'gru-before'>;
  readonly reset: 'after' | 'before';
  /** Real numbers of the features that lie in front of the attentional vector. */
  readonly features: number;
  readonly attention: AttentionChainOptions;
}

export interface FeedingChain {
  readonly options: FeedingChainOptions;
  /** Its states and output are of no use here: the decoder's own are in `buffers`. */
  readonly attention: AttentionChain;
  readonly parameters: ReadonlyMap<string, ChainParameter>;
  readonly buffers: Buffers;
  /** Columns of what the layer reads. */
  readonly joined: JoinColumnsOptions;
}

const padded = (size: number): number => Math.ceil(size / 4) * 4;

export function createFeedingChain(options: FeedingChainOptions, seed = 3): FeedingChain {
  const { cell, features } = options;
  const attention = createAttentionChain(options.attention, seed);
  const { hiddenSize: width, shape } = attention;
  const { batch, targetSteps: steps } = shape;
  const { hidden } = options.attention;
  const read = features + hidden;
  const gates = gateCount(cell) * width;
  const parameters = new Map<string, ChainParameter>();
  let offset = 0;
  const add = (name: string, rows: number, columns: number, isReal: ChainParameter['isReal'], isTransposed: boolean) => {
    parameters.set(name, { name, offset, rows, columns, isTransposed, isReal });
    offset += rows * columns;
  };
  const isUnit = (index: number) => index % width < hidden;
  add('rnn.weight_ih_l0', gates, padded(read), (row, column) => isUnit(row) && column < read, true);
  add('rnn.weight_hh_l0', gates, width, (row, column) => isUnit(row) && isUnit(column), true);
  add('rnn.bias_ih_l0', gates, 1, isUnit, false);
  add('rnn.bias_hh_l0', gates, 1, isUnit, false);

  const random = randomNumbers(seed + 1);
  const real = (count: number, stride: number, reals: number) =>
    Float64Array.from({ length: count }, (_, i) => (i % stride < reals ? 2 * random() - 1 : 0));
  const empty = (count: number) => new Float64Array(count).fill(Number.NaN);
  const flat = new Float64Array(offset);
  for (const { offset: first, rows, columns, isReal } of parameters.values()) {
    for (let i = 0; i < rows * columns; i++) if (isReal(Math.floor(i / columns), i % columns)) flat[first + i] = 2 * random() - 1;
  }
  const row = batch * width;
  const ofStates = (): Float64Array => {
    const values = new Float64Array((steps + 1) * row);
    values.set(real(row, width, hidden));
    return values;
  };
  return {
    options,
    attention,
    parameters,
    joined: {
      rows: batch,
      firstColumns: features,
      firstStride: padded(features),
      firstBlocks: 1,
      secondColumns: hidden,
      secondStride: width,
      stride: padded(read),
    },
    buffers: {
      parameters: flat,
      weights: new Float64Array(offset),
      gradients: new Float64Array(offset).fill(Number.NaN),
      embedded: real(steps * batch * padded(features), padded(features), features),
      joined: empty(steps * batch * padded(read)),
      gates: empty(steps * batch * planeCount(cell) * width),
      states: ofStates(),
      cells: ofStates(),
      // row 0 is what the first step is fed
      output: new Float64Array((steps + 1) * row),
      writtenGradient: new Float64Array(steps * row),
      stateGradient: empty((steps + 1) * row),
      carry: empty(row),
      inputGradient: empty(steps * batch * padded(read)),
      embeddedGradient: empty(steps * batch * padded(features)),
      beforeFirst: empty(row),
    },
  };
}
