/**
 * The cells, one unit of one batch row at a time: forward and, beside it, backward.
 *
 * Formulas: PyTorch's RNN, LSTM and GRU pages; GRU reset-before is Cho et al. 2014. `…Gradient` always means the
 * gradient of the loss; gate gradients are taken before the activation.
 */

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export type Activation = 'rnn-tanh' | 'rnn-relu';

/** h = act(x + h-part). */
export function rnnForward(activation: Activation, input: number, recurrent: number): number {
  const sum = input + recurrent;
  return activation === 'rnn-tanh' ? Math.tanh(sum) : Math.max(sum, 0);
}

export function rnnBackward(activation: Activation, hidden: number, hiddenGradient: number): number {
  if (activation === 'rnn-tanh') return hiddenGradient * (1 - hidden * hidden);
  return hidden > 0 ? hiddenGradient : 0;
}

export interface LstmGates {
  readonly i: number;
  readonly f: number;
  readonly g: number;
  readonly o: number;
}

/** c' = f c + i g, h = o tanh(c'). `sums` are the gates before activation, `cell` is c. */
export function lstmForward(sums: LstmGates, cell: number): { gates: LstmGates; cell: number; hidden: number } {
  const gates = { i: sigmoid(sums.i), f: sigmoid(sums.f), g: Math.tanh(sums.g), o: sigmoid(sums.o) };
  const next = gates.f * cell + gates.i * gates.g;
  return { gates, cell: next, hidden: gates.o * Math.tanh(next) };
}

/** The gradient at c', complete: `carry` is what came from the step after. */
export function lstmCellGradient({ o }: LstmGates, nextCell: number, hiddenGradient: number, carry: number): number {
  const squashed = Math.tanh(nextCell);
  return carry + hiddenGradient * o * (1 - squashed * squashed);
}

/** `cell` is c, `nextCell` c'; `cellGradient` is the gradient at c'. The carry is the gradient at c by way of c'. */
export function lstmBackward(
  gates: LstmGates,
  cell: number,
  nextCell: number,
  hiddenGradient: number,
  cellGradient: number,
): { gradients: LstmGates; carry: number } {
  const { i, f, g, o } = gates;
  const squashed = Math.tanh(nextCell);
  const gradients = {
    i: cellGradient * g * i * (1 - i),
    f: cellGradient * cell * f * (1 - f),
    g: cellGradient * i * (1 - g * g),
    o: hiddenGradient * squashed * o * (1 - o),
  };
  return { gradients, carry: cellGradient * f };
}

/** h = (1 - z) n + z h_previous: the last line of both GRUs. */
export function gruBlend(update: number, candidate: number, previous: number): number {
  return (1 - update) * candidate + update * previous;
}

/** Gradients of the last line of both GRUs, at n and z before their activations; the carry is the direct share of h_previous. */
export function gruBlendBackward(
  update: number,
  candidate: number,
  previous: number,
  hiddenGradient: number,
): { update: number; candidate: number; carry: number } {
  return {
    update: hiddenGradient * (previous - candidate) * update * (1 - update),
    candidate: hiddenGradient * (1 - update) * (1 - candidate * candidate),
    carry: hiddenGradient * update,
  };
}

export interface GruSums {
  readonly r: number;
  readonly z: number;
  readonly n: number;
}

/** GRU reset-after: n = tanh(x_n + r h_n). `recurrent` are the products with h_previous, biases included. */
export function gruForward(input: GruSums, recurrent: GruSums, previous: number): GruSums & { hidden: number } {
  const r = sigmoid(input.r + recurrent.r);
  const z = sigmoid(input.z + recurrent.z);
  const n = Math.tanh(input.n + r * recurrent.n);
  return { r, z, n, hidden: gruBlend(z, n, previous) };
}

/** `recurrentN` is h_n of the forward; the returned `recurrentN` is the gradient at it. */
export function gruBackward(
  gates: GruSums,
  recurrentN: number,
  previous: number,
  hiddenGradient: number,
): GruSums & { recurrentN: number; carry: number } {
  const blend = gruBlendBackward(gates.z, gates.n, previous, hiddenGradient);
  return {
    r: blend.candidate * recurrentN * gates.r * (1 - gates.r),
    z: blend.update,
    n: blend.candidate,
    recurrentN: blend.candidate * gates.r,
    carry: blend.carry,
  };
}

/** GRU reset-before, the reset gate: what the candidate's product reads instead of h_previous. */
export function gruReset(reset: number, previous: number): number {
  return reset * previous;
}

/** `resetGradient` is the gradient at r h_previous; `carry` is its share of h_previous. */
export function gruResetBackward(reset: number, previous: number, resetGradient: number): { reset: number; carry: number } {
  return { reset: resetGradient * previous * reset * (1 - reset), carry: resetGradient * reset };
}
