/** What a run is made of, whether it learns a text or examples: specs, batches, held-out measure and results. No GPU is needed to make it. */
import type { Batch, Coder, Example, Model, ModelSpec, RunSource, Trainer, TrainSpec } from '../../src/index.ts';
import type { HeldOut, Query, Result } from '../protocol.ts';

export interface Material {
  readonly model: ModelSpec;
  readonly train: TrainSpec;
  /** What there is to learn from, as a phrase. */
  readonly extent: string;
  /** Updates of a usual run. */
  readonly steps: number;
  /** Absent for text. */
  readonly coder?: Coder;
  /** Gives a model what it reads and writes text with. */
  attach(model: Model): void;
  /** What the steps after step `from` read. */
  batches(from: number): RunSource;
  /** The batch of the step after step `from`, to be timed. */
  batchOf(from: number): Batch;
  measure(model: Model, trainer: Trainer): Promise<Omit<HeldOut, 'step'>>;
  /**
   * What the network makes of held-out example number `which` (from 0, without end); text is drawn anew for each. A forecast begins after `known` values,
   * where that is given.
   */
  show(model: Model, which: number, temperature: number, known?: number): Promise<Result>;
  /** Compiles what `show` needs. */
  warm(model: Model): Promise<unknown>;
  /** Held-out example number `which`; undefined of text. */
  example(which: number): Example | undefined;
  /** Held-out example number `which` with what is right; of text a piece of it. */
  right(which: number): Result;
  /** @throws InputError for what this network cannot read */
  answer(model: Model, query: Query, temperature: number): Promise<Result>;
}
