// Sizes are written batch x timeSteps x hiddenSize: 16x32x64 reads one-hot tokens, V-64x128x512 reads vectors as wide as the hidden state.
import { InputError, type ModelOptions } from '../../../src/index.ts';
import { type Cell, GATES } from '../../src/workload.ts';

export const cells = Object.keys(GATES) as readonly Cell[];

/** Symbols that a model of tokens reads, and classes that every model tells apart at each time step. */
const CLASSES = 64;

/** What is trained: one recurrent layer and a dense softmax head at every time step. */
export interface Size {
  /** As it is written. */
  readonly name: string;
  readonly input: 'tokens' | 'vectors';
  readonly batch: number;
  readonly timeSteps: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly classes: number;
}

/** Five of tokens, from small to middling; then two of vectors, of which the first fills a large GPU and the second does not. */
export const defaultSizes = ['16x32x64', '16x64x64', '16x128x64', '32x64x128', '64x64x256', 'V-64x128x512', 'V-32x64x128'];

/** @throws InputError for what is not a size. */
export function parseSize(name: string): Size {
  const match = /^(V-)?([1-9]\d*)x([1-9]\d*)x([1-9]\d*)$/.exec(name);
  if (!match) throw new InputError(`--sizes must be BATCHxTIMESTEPSxHIDDEN such as 16x32x64 or V-64x128x512, got ${name}`);
  const [batch, timeSteps, hiddenSize] = match.slice(2).map(Number);
  const isVectors = match[1] !== undefined;
  return {
    name,
    input: isVectors ? 'vectors' : 'tokens',
    batch,
    timeSteps,
    hiddenSize,
    inputSize: isVectors ? hiddenSize : CLASSES,
    classes: CLASSES,
  };
}

/** @throws InputError for what is not a cell. */
export function parseCell(name: string): Cell {
  const cell = cells.find((known) => known === name);
  if (!cell) throw new InputError(`--cells must be of ${cells.join(', ')}, got ${name}`);
  return cell;
}

/** The model of a size. Its parameters are those of PyTorch's nn.LSTM, nn.GRU or nn.RNN, both biases included, and nn.Linear. */
export const modelOf = ({ input, inputSize, hiddenSize, classes }: Size, cell: Cell): ModelOptions => ({
  input: input === 'tokens' ? { kind: 'tokens', vocabulary: inputSize } : { kind: 'vectors', size: inputSize },
  recurrent: { cell, hiddenSize },
  output: { kind: 'softmax', classes },
  seed: 1,
});
