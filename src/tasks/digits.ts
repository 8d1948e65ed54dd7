import type { LabeledSequence } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { deepFreeze } from '../spec/validation.ts';
import { nearestImage } from './baselines/nearest-image.ts';
import { drawDigit, side } from './digits/draw.ts';
import { drawExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

/** Drawn digits, read row by row from the top: 12 time steps of 12 pixels to one of ten classes. */
export const digitsTask: ExampleTask<'labeled-sequence'> = deepFreeze({
  kind: 'labeled-sequence',
  name: 'digits',
  description: 'Reads drawn digits, one row of pixels after the other.',
  examples: (split, seed) => drawExamples(split, seed, drawExample, identity),
  identity,
  metric: { name: 'accuracy', better: 'higher' },
  baselines: (train, heldOut) => ({ 'nearest training picture': nearestImage(train.map(named), heldOut.map(named)) }),
  model: {
    architecture: 'many-to-one',
    embedding: 0,
    recurrent: { cell: 'gru', hiddenSize: 96 },
  },
  train: {
    batch: 32,
    timeSteps: side,
    optimizer: { kind: 'adam', learningRate: 3e-3 },
    clip: { globalNorm: 1 },
  },
  steps: 1000,
});

function drawExample(random: Random): LabeledSequence {
  const digit = random.integer(10);
  return { kind: 'labeled-sequence', sequence: drawDigit(digit, random), label: String(digit) };
}

/** The drawing, pixel by pixel. */
function identity({ sequence }: LabeledSequence): string {
  return sequence.join(' ');
}

function named({ sequence, label }: LabeledSequence): { picture: number[]; name: string } {
  return { picture: sequence.flat(), name: label };
}
