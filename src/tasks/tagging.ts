import type { TaggedSentence } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { deepFreeze } from '../spec/validation.ts';
import { tagPerWord } from './baselines/tag-per-word.ts';
import { drawExamples } from './split.ts';
import { drawSentence, mostTokens } from './tagging/sentences.ts';
import type { ExampleTask } from './task.ts';

/**
 * The part of speech of each word: `the can` is a NOUN, `he can` an AUX, `that` a DET, a PRON or a SCONJ. Tokens are words. Most words
 * may be several things and the sentence, before and behind them, leaves one, so that a model that reads in both directions is wanted.
 */
export const taggingTask: ExampleTask<'tagged-sentence'> = deepFreeze({
  kind: 'tagged-sentence',
  name: 'tagging',
  description: 'Names the part of speech of each word of a sentence.',
  examples: (split, seed) => drawExamples(split, seed, drawTagged, identity),
  identity,
  metric: { name: 'accuracy', better: 'higher' },
  baselines: (train, heldOut) => ({ 'most frequent tag per word': tagPerWord(train, heldOut) }),
  model: { architecture: 'many-to-many', embedding: 32, recurrent: { cell: 'lstm', hiddenSize: 64, bidirectional: true } },
  train: { batch: 32, timeSteps: mostTokens, optimizer: { kind: 'adam', learningRate: 4e-3 }, clip: { globalNorm: 1 } },
  steps: 1500,
});

function drawTagged(random: Random): TaggedSentence {
  const drawn = drawSentence(random);
  return { kind: 'tagged-sentence', tokens: drawn.map(({ token }) => token), tags: drawn.map(({ tag }) => tag) };
}

function identity({ tokens }: TaggedSentence): string {
  return tokens.join(' ');
}
