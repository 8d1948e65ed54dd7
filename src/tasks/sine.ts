import type { ValuedSequence } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { meanSquaredError } from '../data/scores.ts';
import { deepFreeze } from '../spec/validation.ts';
import { crossingFrequency, spectralPeak } from './baselines/frequency.ts';
import { linearRegression } from './baselines/linear-regression.ts';
import { meanPredictor } from './baselines/mean.ts';
import { roundTo } from './round.ts';
import { drawExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

const timeSteps = 40;
/** Cycles per sample: from one in 50 samples, less than the sequence shows, to one in 5. */
export const frequencies = Object.freeze({ lowest: 0.02, highest: 0.2 });
const noise = 0.2;

/**
 * The frequency of a noisy sine of 40 samples, whatever its phase and its amplitude, scaled so that 0 is one cycle in 50 samples and 1 is one in 5.
 * The spectrum's peak is taken at the 8 frequencies that a Fourier transform of 40 samples has in this range.
 */
export const sineTask: ExampleTask<'valued-sequence'> = deepFreeze({
  kind: 'valued-sequence',
  name: 'sine',
  description: 'Says the frequency of a noisy sine.',
  examples: (split, seed) => drawExamples(split, seed, drawSine, identity),
  identity,
  metric: { name: 'mean squared error', better: 'lower' },
  baselines: (train, heldOut) => ({
    mean: meanPredictor(train.map(asked), heldOut.map(asked)),
    'zero crossings': linearRegression(train.map(crossings), heldOut.map(crossings)),
    'spectral peak': meanSquaredError(
      heldOut.map((example) => [scale(spectralPeak(waveOf(example), { lowest: 1 / timeSteps, highest: 8 / timeSteps, steps: 8 }))]),
      heldOut.map(({ value }) => [value]),
    ),
  }),
  model: { architecture: 'many-to-one', embedding: 0, recurrent: { cell: 'lstm', hiddenSize: 32 } },
  train: { batch: 32, timeSteps, optimizer: { kind: 'adam', learningRate: 3e-3 }, clip: { globalNorm: 1 } },
  steps: 1500,
});

function drawSine(random: Random): ValuedSequence {
  const frequency = frequencies.lowest + (frequencies.highest - frequencies.lowest) * random.uniform();
  const phase = 2 * Math.PI * random.uniform();
  const amplitude = 0.5 + random.uniform();
  const sample = (t: number): number => amplitude * Math.sin(2 * Math.PI * frequency * t + phase) + noise * random.normal();
  return {
    kind: 'valued-sequence',
    sequence: Array.from({ length: timeSteps }, (_, t) => [roundTo(sample(t), 4)]),
    value: roundTo(scale(frequency), 4),
  };
}

const scale = (frequency: number): number => (frequency - frequencies.lowest) / (frequencies.highest - frequencies.lowest);

const waveOf = ({ sequence }: ValuedSequence): number[] => sequence.map(([sample]) => sample);

function identity(example: ValuedSequence): string {
  return waveOf(example).join(' ');
}

const asked = ({ value }: ValuedSequence): number => value;

const crossings = (example: ValuedSequence) => ({ features: [crossingFrequency(waveOf(example))], value: example.value });
