/** Between examples and the arrays that a network is trained on, one coder per kind of example. */
import type { FreeFeedback } from '../../spec/feedback.ts';
import type { ModelOptions } from '../../spec/model.ts';
import type { ExampleKind, ExampleOf } from '../examples.ts';

/** A batch of examples as the trainer takes it: time-major, padded to the coder's time steps. */
export interface CodedBatch {
  /** Ids [T, B] or values [T, B, I]; encoder-decoder: source ids [S, B]; one-to-many: the one input [B, I]. */
  readonly input: Int32Array | Float32Array;
  /** Ids, -1 where nothing counts, or values: [B] or [B, V] of many-to-one, else [T, B] or [T, B, V]. */
  readonly target: Int32Array | Float32Array;
  /** Time steps of each row's input (encoder-decoder: of its source); absent for one-to-many. */
  readonly lengths?: Uint32Array;
}

/** What a model makes of one example: a label, a value, tags, a signal, words. */
export type Prediction = string | number | readonly string[] | readonly number[];

/** What a task or a user chose of a model; the rest follows from the data. */
export type ChosenModel = Pick<ModelOptions, 'recurrent'> & Partial<ModelOptions> & { readonly embedding?: number };

export interface SizeOptions<Kind extends ExampleKind = ExampleKind> {
  /** Time steps that a plan has at least; default as long as the longest example. */
  readonly timeSteps?: number;
  /** Encoder-decoder: the same of sources. */
  readonly sourceSteps?: number;
  /** More examples that must fit in length, such as held-out ones; nothing else is learned from them. */
  readonly fits?: readonly ExampleOf<Kind>[];
}

export interface Coder<Kind extends ExampleKind = ExampleKind> {
  readonly kind: Kind;
  /** Longest input (encoder-decoder and one-to-many: longest target with its mark), which is what a plan is made for. */
  readonly timeSteps: number;
  /** Encoder-decoder: longest source. */
  readonly sourceSteps?: number;
  /** Of a series: how a network runs freely over the horizon that it foretells. */
  readonly freely?: FreeFeedback;
  /** The model's architecture and the sizes that data decides, beside what a task or a user chose. */
  modelOptions(chosen: ChosenModel): ModelOptions;
  /**
   * One row per example.
   *
   * @throws InputError if an example is longer than the coder's time steps or holds what its vocabulary or sizes do not.
   */
  encode(examples: readonly ExampleOf<Kind>[]): CodedBatch;
  /** One prediction per example from the model's outputs for `encode(examples)`; from decoded ids [T, B] where the model writes. */
  predictions(output: Float32Array | Int32Array, examples: readonly ExampleOf<Kind>[]): readonly Prediction[];
  /** The metric over these examples; its name and direction are in `metric`. */
  measure(examples: readonly ExampleOf<Kind>[], predictions: readonly Prediction[]): number;
  readonly metric: {
    readonly name: 'accuracy' | 'exact match' | 'mean squared error' | 'mean absolute error' | 'decibels gained';
    readonly better: 'higher' | 'lower';
  };
  /** One example with what was predicted, as text of a few lines. */
  show(example: ExampleOf<Kind>, prediction: Prediction): string;
  /** For the checkpoint; `coderFromJSON` reads it. */
  toJSON(): unknown;
}
