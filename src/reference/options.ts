/** What the twins share: the types of a call, and the options of the recurrent kernels (they mirror the shader options). */

import type { RecurrentNoise } from './recurrent-noise.ts';

/** `gru-before` is the GRU with reset before; kernels of that form alone may call it `gru` too. */
export type Cell = 'rnn-tanh' | 'rnn-relu' | 'lstm' | 'gru' | 'gru-before';

/** The uniforms of a kernel call: u32 numbers, offsets in elements. */
export type Call = Record<string, number>;

/** The storage buffers of a kernel by binding name; the read-write ones change in place. */
export type Buffers = Record<string, Float64Array | Uint32Array | Int32Array>;

/** One of the buffers. */
export type Values = Buffers[string];

/** Options of sequence-forward, step-forward and the forward kernels of GRU reset-before. */
export interface RecurrentForwardOptions extends RecurrentNoise {
  readonly cell: Cell;
  readonly batch: number;
  readonly hiddenSize: number;
  /** `projected`: the gates already hold x·W + b_ih; `tokens`: a row of the transposed weight_ih is gathered per token. */
  readonly input: 'projected' | 'tokens';
  readonly recurrentBias: boolean;
  /** Only read with input `tokens`. */
  readonly inputBias: boolean;
  /** Past its length a row's states hold. */
  readonly lengths?: boolean;
}

/** Why a twin refuses: the reset-before form has kernels of its own. */
export function refuseGruBefore(kernel: string): never {
  throw new Error(`the cell of ${kernel} must not be gru-before, which has kernels of its own`);
}

/** Options of sequence-backward, step-backward and the backward kernels of GRU reset-before. */
export interface RecurrentBackwardOptions extends RecurrentNoise {
  readonly cell: Cell;
  readonly batch: number;
  readonly timeSteps: number;
  readonly hiddenSize: number;
  /** Past its length a row's gradient passes through. */
  readonly lengths?: boolean;
  /** Turn 0 completes the gradient of the initial state; the step t is turn t + 1. */
  readonly initial?: boolean;
  /** LSTM: the carry holds the gradient of the last cell from the beginning. */
  readonly finalCell?: boolean;
  /** Which bounds of the call are in force: `clipValue` on each element, `clipNorm` on the norm of each row of the gradients of h_t and c_t. */
  readonly clip?: { readonly value: boolean; readonly norm: boolean };
  /** LSTM: where call.keptCells is 1 the carry has a row for each of states, [T + 1, B, H], and keeps dL/dc_t. */
  readonly keepsCells?: boolean;
}

/** Where the carry of row `row` of states lies that a step finds, and where it puts what it hands on. */
export function carryPlaces(
  { batch, hiddenSize }: RecurrentBackwardOptions,
  { keptCells = 0 }: Call,
  row: number,
  b: number,
  j: number,
): { found: number; left: number } {
  const place = (kept: number): number => (keptCells * kept * batch + b) * hiddenSize + j;
  return { found: place(row), left: place(row - 1) };
}

/** Turns of a whole reverse sweep. */
export const turnsOf = ({ timeSteps, initial }: RecurrentBackwardOptions): number => timeSteps + (initial ? 1 : 0);

/** Where the recurrent product finds h: through the mask of recurrent dropout, if there is one. */
export const operandOf = ({ recurrentDropout }: RecurrentNoise, buffers: Buffers): Values =>
  recurrentDropout ? buffers.operand : buffers.states;

/** Whether row b has ended before time step t. */
export const hasEnded = (options: { readonly lengths?: boolean }, { lengths }: Buffers, t: number, b: number): boolean =>
  options.lengths === true && t >= lengths[b];

export const isGru = (cell: Cell): boolean => cell === 'gru' || cell === 'gru-before';

/** G: how many gates have recurrent products. */
export function gateCount(cell: Cell): number {
  if (cell === 'lstm') return 4;
  return isGru(cell) ? 3 : 1;
}

/** P: how many planes are stored per unit. */
export function planeCount(cell: Cell): number {
  return cell === 'lstm' || isGru(cell) ? 4 : 1;
}

/** Where the lane table begins in `control`: starts [B], targetStarts [B], ends [B], whether a row starts anew [B]. */
export const controlStarts = 12;

/** Rows of a loss, [T, batch], whose first time steps may have counted in the window before. */
export interface OverlapOptions {
  readonly rows: number;
  /** Time steps at the beginning that do not count where a row reads on. */
  readonly overlap?: number;
  /** Default: all rows. */
  readonly batch?: number;
}

/** Whether a row of a loss counts in this window, and not in the one before. */
export function isCounted({ rows, overlap = 0, batch = rows }: OverlapOptions, call: Call, { control }: Buffers, row: number): boolean {
  return Math.floor(row / batch) >= overlap || control[(call.control ?? 0) + controlStarts + 3 * batch + (row % batch)] !== 0;
}

/** The target id that means: this position does not count. */
export const ignoredTarget = 0xffffffff;

/** The f32 values inside a u32 buffer. */
export function float32View(buffer: Values): Float32Array {
  return new Float32Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
