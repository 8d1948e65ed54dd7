import type { Example, ExampleKind, ExampleOf } from '../data/examples.ts';
import type { ModelOptions } from '../spec/model.ts';
import type { TrainOptions } from '../spec/train.ts';

interface SharedTask {
  /** What the command line and the page call it. */
  readonly name: string;
  /** One sentence for a list of tasks. */
  readonly description: string;
  /** What trainSpec takes. */
  readonly train: TrainOptions;
  /** Updates of a run. */
  readonly steps: number;
}

/**
 * A built-in task over one long text: something to learn that needs no file, and the model and training that suit it. Plain frozen
 * data but for the text, which is made when asked for.
 */
export interface TextTask extends SharedTask {
  readonly kind: 'text';
  /** The whole text; the same each time. */
  text(): string;
  /** What one token is, default `'char'`. */
  readonly tokens?: 'char' | 'word';
  /** The model without what the vocabulary decides: `input.vocabulary` and `output.classes`. */
  readonly model: Pick<ModelOptions, 'architecture' | 'recurrent'> & { readonly embedding: number };
}

export type Split = 'train' | 'heldout';

/** How good predictions of one kind of example are. */
export interface Metric {
  readonly name: 'accuracy' | 'exact match' | 'mean squared error' | 'mean absolute error' | 'decibels gained';
  readonly better: 'higher' | 'lower';
}

/**
 * A built-in task of examples. Generators are seeded and endless (unless the task is finite); the split is a property of the example itself (a hash
 * of what `identity` says), so that no held-out example can occur in training, whatever the seeds.
 */
export interface ExampleTask<Kind extends ExampleKind = ExampleKind> extends SharedTask {
  readonly kind: Kind;
  /** The examples of one side of the split in the order that the seed gives. */
  examples(split: Split, seed: number): Iterable<ExampleOf<Kind>>;
  /** Two examples with the same identity are the same question. */
  identity(example: ExampleOf<Kind>): string;
  readonly metric: Metric;
  /** The metric that cheap predictors reach on `heldOut` after seeing `train`, by their name. */
  baselines(train: readonly ExampleOf<Kind>[], heldOut: readonly ExampleOf<Kind>[]): Readonly<Record<string, number>>;
  /** The model without what the data decides: sizes of input and output. */
  readonly model: Pick<ModelOptions, 'architecture' | 'recurrent' | 'pooling' | 'attention'> & { readonly embedding: number };
}

export type { Example };

/** Any built-in task of examples. */
export type AnyExampleTask = { readonly [Kind in ExampleKind]: ExampleTask<Kind> }[ExampleKind];

/** Any built-in task. */
export type Task = TextTask | AnyExampleTask;
