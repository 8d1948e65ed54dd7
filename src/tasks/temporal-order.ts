import type { LabeledText } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { deepFreeze } from '../spec/validation.ts';
import { labelBaselines } from './baselines/by-kind.ts';
import { drawExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

const distractors = 'abcd';
const shortest = 40;
const longest = 50;

/**
 * Which of X and Y came first and which second, among distractors: the temporal order problem (Hochreiter and Schmidhuber 1997, their task
 * 6a) at half its length. A text of characters without spaces: E begins and B ends it, the first mark stands at position 5 to 14, the
 * second at 20 to 29, so that at least ten steps without news follow the second. The label is the marks in their order.
 */
export const temporalOrderTask: ExampleTask<'labeled-text'> = deepFreeze({
  kind: 'labeled-text',
  name: 'temporal-order',
  description: 'Tells in which order two marks stood in a long row of letters.',
  examples: (split, seed) => drawExamples(split, seed, drawRow, ({ text }) => text),
  identity: ({ text }) => text,
  metric: { name: 'accuracy', better: 'higher' },
  baselines: labelBaselines('characters'),
  model: { architecture: 'many-to-one', embedding: 0, recurrent: { cell: 'lstm', hiddenSize: 64 } },
  train: { batch: 32, timeSteps: longest, optimizer: { kind: 'adam', learningRate: 5e-3 }, clip: { globalNorm: 1 } },
  steps: 1500,
});

function drawRow(random: Random): LabeledText {
  const length = shortest + random.integer(longest - shortest + 1);
  const row = Array.from({ length }, () => distractors[random.integer(distractors.length)]);
  const marks = ['X', 'Y'];
  const first = marks[random.integer(2)];
  const second = marks[random.integer(2)];
  row[0] = 'E';
  row[5 + random.integer(10)] = first;
  row[20 + random.integer(10)] = second;
  row[length - 1] = 'B';
  return { kind: 'labeled-text', text: row.join(''), label: first + second };
}
