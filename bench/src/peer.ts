// What an adapter in src/peers/ gives the measurement.
import type { Data, Weight } from './data.ts';
import type { Workload } from './workload.ts';

interface Measured {
  destroy?(): void | Promise<void>;
  /** Operations that a call really executes, where it skips some that the others do. Default: as counted. */
  readonly executedFlop?: number;
  /** One line about what runs: back end, mode, threads. */
  readonly note?: string;
}

export interface TrainingPeer extends Measured {
  /** One training step; resolves to the loss per target in nats, read back from the device. */
  step(): Promise<number>;
  /** One training step without waiting for it. Needs `sync`. */
  run?(): void | Promise<void>;
  /** Waits for everything that `run` began. */
  sync?(): Promise<void>;
}

export interface InferringPeer extends Measured {
  /**
   * One call, read back from the device: of whole sequences the logits [T, B, O] ([B, O] in task B), always the same; of a stream those [B, O] after
   * the next time step of the data.
   */
  infer(): Promise<Float32Array>;
}

export type Peer = TrainingPeer | InferringPeer;

/** The one export of an adapter. `variant` is what host/peers.mjs holds for the name: device, then mode. */
export interface PeerModule {
  create(variant: readonly string[], workload: Workload, data: Data, weights: readonly Weight[]): Promise<Peer>;
}
