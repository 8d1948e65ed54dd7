import type { SignalPair } from '../../data/examples.ts';
import type { Random } from '../../data/random.ts';
import { decibelsGained } from '../../data/scores.ts';
import { deepFreeze } from '../../spec/validation.ts';
import { fitMedianFilter, fitMovingAverage } from '../baselines/moving-average.ts';
import { fitWiener } from '../baselines/wiener.ts';
import { roundTo } from '../round.ts';
import { drawExamples } from '../split.ts';
import type { ExampleTask } from '../task.ts';
import { drawNoise, drawWire } from './signal.ts';

const shortest = 64;
const longest = 128;

/**
 * Takes the noise off a ringing wire (see signal.ts). A linear filter must choose between noise and the edges; a network can learn that there
 * are four levels, what a change looks like and what only an impulse does. It may look ahead, as the filters do.
 *
 * The Wiener filter has 31 taps; the filters' widths and taps are fitted on `train`.
 */
export const denoiseTask: ExampleTask<'signal-pair'> = deepFreeze({
  kind: 'signal-pair',
  name: 'denoise',
  description: 'Takes noise and impulses off the signal of a ringing wire.',
  examples: (split, seed) => drawExamples(split, seed, drawPair, identity),
  identity,
  metric: { name: 'decibels gained', better: 'higher' },
  baselines: (train, heldOut) => {
    const inputs = heldOut.map(({ input }) => input);
    const targets = heldOut.map(({ target }) => target);
    const gain = (filter: (input: readonly number[]) => number[]): number => decibelsGained(inputs, inputs.map(filter), targets);
    return {
      'moving average': gain(fitMovingAverage(train).apply),
      'Wiener filter': gain(fitWiener(train)),
      'median filter': gain(fitMedianFilter(train).apply),
    };
  },
  model: {
    architecture: 'many-to-many',
    embedding: 0,
    recurrent: { cell: 'gru', hiddenSize: 48, bidirectional: true },
  },
  train: { batch: 32, timeSteps: longest, optimizer: { kind: 'adam', learningRate: 4e-3 }, clip: { globalNorm: 1 } },
  steps: 600,
});

function drawPair(random: Random): SignalPair {
  const length = shortest + random.integer(longest - shortest + 1);
  const target = drawWire(random, length);
  const input = target.map((value) => roundTo(value + drawNoise(random), 3));
  return { kind: 'signal-pair', input, target: target.map((value) => roundTo(value, 3)) };
}

function identity({ input }: SignalPair): string {
  return input.join(' ');
}
