import { type Buffers, type Call, type Cell, gateCount, isGru, planeCount } from './options.ts';

export interface WeightGradientOptions {
  /** `dense`: a layer y = W x + b, whose output gradients [positions, hiddenSize] stand in gates; it has no weight_hh. */
  readonly cell: Cell | 'dense';
  /** Read for `gru` only; default `after`. `gru` with `before` is the same as the cell `gru-before`. */
  readonly reset?: 'after' | 'before';
  readonly batch: number;
  readonly timeSteps: number;
  readonly hiddenSize: number;
  /** 0: the input is one-hot tokens, weight_ih is segment-sum's. */
  readonly inputSize: number;
  readonly inputBias: boolean;
  readonly hiddenBias: boolean;
  /** Whether weight_hh is among them; default true, but for `dense`. */
  readonly hidden?: boolean;
  /** Above 1: part p sums its share of the rows (t, b), into out + p * partStride. */
  readonly parts: number;
  /** In elements; a call may bring it as a uniform instead. */
  readonly partStride?: number;
}

/**
 * Gradients of weight_ih, weight_hh and both biases of a layer, from the gate gradients of all time steps.
 * `call.out` (default 0) is added to every offset.
 */
export function weightGradient(options: WeightGradientOptions, call: Call, buffers: Buffers): void {
  const { batch, timeSteps, parts } = options;
  const rows = timeSteps * batch;
  const length = Math.ceil(rows / parts);
  for (let part = 0; part < parts; part++) {
    const first = part * length;
    const end = Math.min(first + length, rows);
    const base = (call.out ?? 0) + (parts > 1 ? part * (options.partStride ?? call.partStride) : 0);
    sumRows(options, call, buffers, base, first, end);
  }
}

/** The sums over the rows first to end (exclusive), written at `base`. */
function sumRows(options: WeightGradientOptions, call: Call, buffers: Buffers, base: number, first: number, end: number): void {
  const { hiddenSize, inputSize } = options;
  const { gates, input, states, out } = buffers;
  const hasHidden = options.cell !== 'dense' && options.hidden !== false;
  // A dense layer's gates are one plane, as a plain RNN's.
  const cell = options.cell === 'dense' ? 'rnn-tanh' : options.cell;
  const width = planeCount(cell) * hiddenSize;
  for (let m = 0; m < gateCount(cell) * hiddenSize; m++) {
    const isCandidate = isGru(cell) && m >= 2 * hiddenSize;
    const isBefore = isCandidate && (cell === 'gru-before' || options.reset === 'before');
    // GRU reset-after keeps the gradient at h_n in plane 3, right behind that at x_n.
    const recurrent = isCandidate && !isBefore ? m + hiddenSize : m;
    for (let n = 0; n < inputSize; n++) {
      let sum = 0;
      for (let row = first; row < end; row++) sum += gates[row * width + m] * input[call.input + row * inputSize + n];
      out[base + call.weightInput + m * inputSize + n] = sum;
    }
    for (let n = 0; hasHidden && n < hiddenSize; n++) {
      let sum = 0;
      for (let row = first; row < end; row++) {
        const operand = isBefore ? gates[row * width + 3 * hiddenSize + n] : states[row * hiddenSize + n];
        sum += gates[row * width + recurrent] * operand;
      }
      out[base + call.weightHidden + m * hiddenSize + n] = sum;
    }
    let inputSum = 0;
    let hiddenSum = 0;
    for (let row = first; row < end; row++) {
      inputSum += gates[row * width + m];
      hiddenSum += gates[row * width + recurrent];
    }
    if (options.inputBias) out[base + call.biasInput + m] = inputSum;
    if (options.hiddenBias) out[base + call.biasHidden + m] = hiddenSum;
  }
}
