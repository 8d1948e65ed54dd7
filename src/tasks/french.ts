import type { TextPair } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { deepFreeze } from '../spec/validation.ts';
import { nearestAnswer } from './baselines/nearest.ts';
import { english } from './french/english.ts';
import { drawSentence } from './french/sentence.ts';
import { french } from './french/translate.ts';
import { drawExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

const fewestWords = 3;
const mostWords = 10;

const steps = 970;

/**
 * English sentences of 3 to 10 words to French: an encoder-decoder over words. French needs what English does not say at the word itself: gender
 * and number of determiners, adjectives and participles, persons of verbs, the order of adjectives, ne ... pas, elision and contraction.
 */
export const frenchTask: ExampleTask<'text-pair'> = deepFreeze({
  kind: 'text-pair',
  name: 'french',
  description: 'Translates short English sentences into French, with all that has to agree.',
  examples: (split, seed) => drawExamples(split, seed, drawPair, identity),
  identity,
  metric: { name: 'exact match', better: 'higher' },
  baselines: (train, heldOut) => ({ 'nearest training example': nearestAnswer(train.map(answered), heldOut.map(answered)) }),
  model: {
    architecture: 'encoder-decoder',
    embedding: 64,
    recurrent: { cell: 'gru', hiddenSize: 64, bidirectional: true },
    attention: { kind: 'multiplicative' },
  },
  train: {
    batch: 32,
    timeSteps: 22, // of 150,000 sentences the longest had 20 words, elisions counted, and the end mark
    sourceSteps: 10, // of 200,000 English ones
    optimizer: { kind: 'adam', learningRate: 8e-3 },
    schedule: { kind: 'cosine', totalSteps: steps },
    clip: { globalNorm: 1 },
  },
  steps,
});

function drawPair(random: Random): TextPair {
  for (;;) {
    const sentence = drawSentence(random);
    const source = english(sentence);
    const words = source.split(' ').length;
    if (words >= fewestWords && words <= mostWords) return { kind: 'text-pair', source, target: french(sentence) };
  }
}

function identity({ source }: TextPair): string {
  return source;
}

function answered({ source, target }: TextPair): { question: string; answer: string } {
  return { question: source, answer: target };
}
