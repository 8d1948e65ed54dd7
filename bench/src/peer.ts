// What an adapter in src/peers/ gives the measurement.
import type { Data, Weight } from './data.ts';
import type { Workload } from './workload.ts';

export interface Peer {
  /** One training step; resolves to the loss per target in nats, read back from the device. */
  step(): Promise<number>;
  /** One training step without waiting for it. Needs `sync`. */
  run?(): void | Promise<void>;
  /** Waits for everything that `run` began. */
  sync?(): Promise<void>;
  destroy?(): void | Promise<void>;
  /** Share of `trainFlop` that a step does: 1/3 for inference. Default 1. */
  readonly flopFactor?: number;
  /** Operations that a step really executes, where it skips some that the others do. Default: as counted. */
  readonly executedFlop?: number;
  /** One line about what runs: back end, mode, threads. */
  readonly note?: string;
}

/** The one export of an adapter. `variant` is what host/peers.mjs holds for the name: device, then mode. */
export interface PeerModule {
  create(variant: readonly string[], workload: Workload, data: Data, weights: readonly Weight[]): Promise<Peer>;
}
