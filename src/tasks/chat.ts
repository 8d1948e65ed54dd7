import type { TextPair } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { deepFreeze } from '../spec/validation.ts';
import { answerBaselines } from './baselines/by-kind.ts';
import { drawExchange } from './chat/line.ts';
import { drawExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

const steps = 880;

/**
 * A line of conversation and the answer to it: `i am nell and my sister lives in quenby . who am i ?` is answered `your name is nell .`.
 * Words and marks with spaces between them. Names, towns, ages and animals told earlier in the line come back in the answer.
 */
export const chatTask: ExampleTask<'text-pair'> = deepFreeze({
  kind: 'text-pair',
  name: 'chat',
  description: 'Answers a line of conversation and remembers what was told in it.',
  examples: (split, seed) => drawExamples(split, seed, drawPair, ({ source }) => source),
  identity: ({ source }) => source,
  metric: { name: 'exact match', better: 'higher' },
  baselines: answerBaselines,
  model: {
    architecture: 'encoder-decoder',
    embedding: 32,
    // values are copied by their embeddings: long ones are told apart in a third of the steps
    recurrent: { cell: 'gru', hiddenSize: 64, bidirectional: true, initialization: { embeddingDeviation: 0.5 } },
    attention: { kind: 'additive' },
  },
  train: {
    batch: 32,
    timeSteps: 11, // ten words and the end mark
    sourceSteps: 26, // the longest of 200,000
    optimizer: { kind: 'adam', learningRate: 1.2e-2 },
    schedule: { kind: 'cosine', totalSteps: steps },
    clip: { globalNorm: 1 },
  },
  steps,
});

function drawPair(random: Random): TextPair {
  const { line, answer } = drawExchange(random);
  return { kind: 'text-pair', source: line, target: answer };
}
