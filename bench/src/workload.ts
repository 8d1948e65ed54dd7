// What every peer trains: one recurrent layer and a dense head, clip by global norm, Adam. The same numbers for all.

/** The optimizer and the clip of every peer. The loss that is differentiated is summed over time steps and averaged over rows. */
export const CLIP = 5;
export const LR = 0.003;
export const BETA1 = 0.9;
export const BETA2 = 0.999;
export const EPS = 1e-7;

/** Gates of each cell, stacked along the columns of the weights. The GRU resets after the recurrent product. */
export const GATES = { lstm: 4, gru: 3, 'rnn-tanh': 1 } as const;

export type Cell = keyof typeof GATES;

/** A size. Task A is a character model (many-to-many, one-hot input), task B classifies real-valued sequences (many-to-one). */
export interface Workload {
  readonly task: 'A' | 'B';
  readonly cell: Cell;
  /** Batch. */
  readonly B: number;
  /** Time steps. */
  readonly T: number;
  /** Input size: symbols (A) or features (B). */
  readonly I: number;
  /** Hidden size. */
  readonly H: number;
  /** Output classes. */
  readonly O: number;
}

/** Floating-point operations of one inference pass: two per multiply-add of the matrix products, nothing else counted. */
function forwardFlop({ task, cell, B, T, I, H, O }: Workload): number {
  return 2 * (B * T * (I + H) * GATES[cell] * H + B * (task === 'A' ? T : 1) * H * O);
}

/** The operations of a training step as the peers do it: forward and two products backward, the one-hot input multiplied out. */
export function trainFlop(workload: Workload): number {
  return 3 * forwardFlop(workload);
}

/** The operations of a training step that gathers one-hot input instead of multiplying by it. */
export function gatheredTrainFlop(workload: Workload): number {
  return 3 * forwardFlop(workload.task === 'A' ? { ...workload, I: 0 } : workload);
}
