/** What `train` and `plan` need to know of a run, whatever it is about: made and checked before a GPU is asked for. */
import type { Model, ModelSpec, RunSource, Trainer, TrainSpec, Vocabulary } from '../index.ts';
import type { EngineChoices } from '../spec/engine.ts';

/** A measurement of the held-out part between two steps. */
export interface HeldOutLoss {
  readonly loss: number;
  /** Of text. */
  readonly bitsPerCharacter?: number;
}

/** What a run ends with. */
export interface Finish {
  /** For the last JSON line, `sample` among them. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** For a person: the figures in a sentence. */
  readonly sentence?: string;
  readonly sample: string;
}

export interface Job {
  readonly model: ModelSpec;
  readonly train: TrainSpec;
  /** Updates of the whole run. */
  readonly steps: number;
  /** Kernel `auto`: neither asked for nor of a checkpoint. */
  readonly engine: EngineChoices;
  /** Of a model that continues text. */
  readonly vocabulary?: Vocabulary;
  /** What the checkpoint says besides the model and its training. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What there is to learn from, such as `text: 36,000 characters to learn from, 4,000 held out`. */
  readonly header: string;
  /** Remarks for the beginning of the run, such as rows that were left out. */
  readonly notes: readonly string[];
  /** What the steps after step `from` read. */
  batches(from: number): RunSource;
  /** Steps between two measurements unless told. */
  readonly interval: number;
  /** Measures the held-out part, or some of it; absent if nothing is held out. */
  measure?(model: Model, trainer: Trainer): Promise<HeldOutLoss>;
  /** The final examination. `measured`: what `measure` said of these parameters, if it did. */
  finish(model: Model, measured: HeldOutLoss | undefined): Promise<Finish>;
}
