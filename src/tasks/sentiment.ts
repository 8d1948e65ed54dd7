import type { LabeledText } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { deepFreeze } from '../spec/validation.ts';
import { labelBaselines } from './baselines/by-kind.ts';
import { drawReview, mostWords } from './sentiment/review.ts';
import { drawExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

/**
 * Whether a review is for or against a film: `the plot is not bad at all , but the ending was far too long` is against it. Words and
 * commas with spaces between them. Negation, scope, contrast and concession decide, so that counting words and their neighbours is
 * right four times in five and no more.
 */
export const sentimentTask: ExampleTask<'labeled-text'> = deepFreeze({
  kind: 'labeled-text',
  name: 'sentiment',
  description: 'Says whether a film review is positive or negative.',
  examples: (split, seed) => drawExamples(split, seed, drawLabeledReview, ({ text }) => text),
  identity: ({ text }) => text,
  metric: { name: 'accuracy', better: 'higher' },
  baselines: labelBaselines('words'),
  model: { architecture: 'many-to-one', embedding: 32, recurrent: { cell: 'lstm', hiddenSize: 64 } },
  train: { batch: 32, timeSteps: mostWords, optimizer: { kind: 'adam', learningRate: 4e-3 }, clip: { globalNorm: 1 } },
  steps: 1200,
});

function drawLabeledReview(random: Random): LabeledText {
  return random.integer(2) === 0
    ? { kind: 'labeled-text', text: drawReview(random, 1), label: 'positive' }
    : { kind: 'labeled-text', text: drawReview(random, -1), label: 'negative' };
}
