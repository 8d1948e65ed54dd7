// What every peer trains: recurrent layers, mostly one, and a dense head, clip by global norm, Adam. The same numbers for all.

/** The optimizer and the clip of every peer. The loss that is differentiated is summed over time steps and averaged over rows. */
export const CLIP = 5;
export const LR = 0.003;
export const BETA1 = 0.9;
export const BETA2 = 0.999;
export const EPS = 1e-7;

/** Gates of each cell, stacked along the columns of the weights. The GRU resets after the recurrent product. */
export const GATES = { lstm: 4, gru: 3, 'rnn-tanh': 1 } as const;

export type Cell = keyof typeof GATES;

/** What one call of a peer does: a training step, a forward pass over whole sequences, or one time step of a stream whose states go on. */
export type Work = 'train' | 'sequences' | 'stream';

/**
 * A size. Task A is a character model (many-to-many), task B classifies real-valued sequences (many-to-one). A stream has one row (B = 1),
 * and T is how many time steps of input there are, which go round.
 */
export interface Workload {
  readonly work: Work;
  readonly task: 'A' | 'B';
  readonly cell: Cell;
  /** Batch. */
  readonly B: number;
  /** Time steps. */
  readonly T: number;
  /** Input size: symbols (A) or features (B). */
  readonly I: number;
  /** Features of the embedding of each symbol; 0: one-hot input. */
  readonly E: number;
  /** Recurrent layers. */
  readonly L: number;
  /** Hidden size of each. */
  readonly H: number;
  /** Output classes. */
  readonly O: number;
}

/** Values that a time step brings to the lowest layer. */
export const inputWidth = ({ I, E }: Workload): number => E || I;

/** Tokens, or vectors, that one call takes in. */
export const tokensPerCall = ({ work, B, T }: Workload): number => (work === 'stream' ? B : B * T);

/** Floating-point operations of one forward pass: two per multiply-add of the matrix products, nothing else counted. */
function forwardFlop(workload: Workload, lowest: number): number {
  const { task, cell, B, L, H, O } = workload;
  const places = tokensPerCall(workload);
  const layers = (lowest + H + (L - 1) * 2 * H) * GATES[cell] * H;
  return 2 * (places * layers + (task === 'A' ? places : B) * H * O);
}

const passes = ({ work }: Workload): number => (work === 'train' ? 3 : 1);

/** The operations of a call as the peers do it: forward, and in training two products backward, one-hot input multiplied out. */
export const callFlop = (workload: Workload): number => passes(workload) * forwardFlop(workload, inputWidth(workload));

/** The operations of a call that gathers one-hot input instead of multiplying by it. */
export const gatheredCallFlop = (workload: Workload): number =>
  passes(workload) * forwardFlop(workload, workload.task === 'A' ? workload.E : workload.I);

/**
 * For peers that hold nothing else.
 *
 * @throws Error on another cell, on several layers and on an embedding
 */
export function requireOneLstm({ cell, L, E }: Workload): void {
  if (cell !== 'lstm') throw new Error(`only the LSTM is here, got ${cell}`);
  if (L > 1 || E > 0) throw new Error(`only one layer without embedding is here, got ${L} layers, embedding ${E}`);
}
