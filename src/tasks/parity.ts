import type { LabeledText } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { deepFreeze } from '../spec/validation.ts';
import { labelBaselines } from './baselines/by-kind.ts';
import { drawExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

/** Short ones teach the rule, the longest ones examine it. */
const fewestBits = 2;
const mostBits = 20;

/** Whether a string of bits holds an even or an odd number of ones. A text of characters: `0110`, no spaces. */
export const parityTask: ExampleTask<'labeled-text'> = deepFreeze({
  kind: 'labeled-text',
  name: 'parity',
  description: 'Says whether a string of bits holds an even or an odd number of ones.',
  examples: (split, seed) => drawExamples(split, seed, drawBits, ({ text }) => text),
  identity: ({ text }) => text,
  metric: { name: 'accuracy', better: 'higher' },
  baselines: labelBaselines('characters'),
  model: { architecture: 'many-to-one', embedding: 0, recurrent: { cell: 'lstm', hiddenSize: 64 } },
  train: { batch: 32, timeSteps: mostBits, optimizer: { kind: 'adam', learningRate: 5e-3 }, clip: { globalNorm: 1 } },
  steps: 1000,
});

function drawBits(random: Random): LabeledText {
  const length = fewestBits + random.integer(mostBits - fewestBits + 1);
  const bits = Array.from({ length }, () => random.integer(2));
  const ones = bits.filter((bit) => bit === 1).length;
  return { kind: 'labeled-text', text: bits.join(''), label: ones % 2 === 0 ? 'even' : 'odd' };
}
