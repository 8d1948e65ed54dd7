import type { ValuedSequence } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { deepFreeze } from '../spec/validation.ts';
import { linearRegression } from './baselines/linear-regression.ts';
import { meanPredictor } from './baselines/mean.ts';
import { drawExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

const timeSteps = 50;
const valueSteps = 10_000;

/**
 * The adding problem (Hochreiter and Schmidhuber 1997, in the form of Le, Jaitly and Hinton 2015): 50 vectors of a random value in [0, 1) and
 * a marker, which is 1 once in the first half and once in the second; the sum of the two marked values is asked at the end. Always saying
 * the mean, 1, has a mean squared error of 1/6; a network that remembers one of the two values can reach 1/12.
 */
export const addingTask: ExampleTask<'valued-sequence'> = deepFreeze({
  kind: 'valued-sequence',
  name: 'adding',
  description: 'Adds the two marked ones of 50 numbers.',
  examples: (split, seed) => drawExamples(split, seed, drawSum, identity),
  identity,
  metric: { name: 'mean squared error', better: 'lower' },
  baselines: (train, heldOut) => ({
    mean: meanPredictor(train.map(asked), heldOut.map(asked)),
    'linear regression': linearRegression(train.map(flatten), heldOut.map(flatten)),
  }),
  model: {
    architecture: 'many-to-one',
    embedding: 0,
    recurrent: { cell: 'lstm', hiddenSize: 32, initialization: { forgetBias: 2 } },
  },
  train: { batch: 32, timeSteps, optimizer: { kind: 'adam', learningRate: 5e-3 }, clip: { globalNorm: 1 } },
  steps: 1200,
});

function drawSum(random: Random): ValuedSequence {
  const half = timeSteps / 2;
  const marked = [random.integer(half), half + random.integer(half)];
  const units = Array.from({ length: timeSteps }, () => random.integer(valueSteps));
  return {
    kind: 'valued-sequence',
    sequence: units.map((value, t) => [value / valueSteps, marked.includes(t) ? 1 : 0]),
    value: (units[marked[0]] + units[marked[1]]) / valueSteps,
  };
}

function identity({ sequence }: ValuedSequence): string {
  return sequence.map(([value, marker]) => `${value}${marker === 1 ? '*' : ''}`).join(' ');
}

const asked = ({ value }: ValuedSequence): number => value;

const flatten = ({ sequence, value }: ValuedSequence) => ({ features: sequence.flat(), value });
