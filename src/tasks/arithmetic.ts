import type { TextPair } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { deepFreeze } from '../spec/validation.ts';
import { answerBaselines } from './baselines/by-kind.ts';
import { drawExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

const mostDigits = 3;

/** Sums and differences of two whole numbers: `37+58` is `95`, `12-40` is `-28`. Texts of characters without spaces. */
export const arithmeticTask: ExampleTask<'text-pair'> = deepFreeze({
  kind: 'text-pair',
  name: 'arithmetic',
  description: 'Adds and subtracts numbers of up to three digits.',
  examples: (split, seed) => drawExamples(split, seed, drawSum, ({ source }) => source),
  identity: ({ source }) => source,
  metric: { name: 'exact match', better: 'higher' },
  baselines: answerBaselines,
  model: {
    architecture: 'encoder-decoder',
    embedding: 16,
    recurrent: { cell: 'gru', hiddenSize: 64, bidirectional: true },
    attention: { kind: 'multiplicative' },
  },
  train: {
    batch: 32,
    timeSteps: 2 * mostDigits + 1,
    sourceSteps: 2 * mostDigits + 1,
    optimizer: { kind: 'adam', learningRate: 5e-3 },
    clip: { globalNorm: 1 },
  },
  steps: 3000,
});

function drawSum(random: Random): TextPair {
  const left = drawNumber(random);
  const right = drawNumber(random);
  return random.integer(2) === 0
    ? { kind: 'text-pair', source: `${left}+${right}`, target: String(left + right) }
    : { kind: 'text-pair', source: `${left}-${right}`, target: String(left - right) };
}

/** Of one, two or three digits with equal chances, without leading zeros. */
function drawNumber(random: Random): number {
  const digits = 1 + random.integer(mostDigits);
  const least = digits === 1 ? 0 : 10 ** (digits - 1);
  return least + random.integer(10 ** digits - least);
}
