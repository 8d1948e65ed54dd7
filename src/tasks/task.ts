import type { ModelOptions } from '../spec/model.ts';
import type { TrainOptions } from '../spec/train.ts';

/**
 * A built-in task over text: something to learn that needs no file, and the model and training that suit it. Plain frozen
 * data but for the text, which is made when asked for.
 */
export interface TextTask {
  /** What the command line and the page call it. */
  readonly name: string;
  /** One sentence for a list of tasks. */
  readonly description: string;
  /** The whole text; the same each time. */
  text(): string;
  /** The model without what the vocabulary decides: `input.vocabulary` and `output.classes`. */
  readonly model: Pick<ModelOptions, 'architecture' | 'recurrent'> & { readonly embedding: number };
  /** What trainSpec takes. */
  readonly train: TrainOptions;
  /** Updates of a run. */
  readonly steps: number;
}

/** Any built-in task; one kind so far. */
export type Task = TextTask;
