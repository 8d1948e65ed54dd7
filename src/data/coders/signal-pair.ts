import type { ModelOptions } from '../../spec/model.ts';
import { requireInteger } from '../../spec/validation.ts';
import type { SignalPair } from '../examples.ts';
import { decibelsGained } from '../scores.ts';
import type { ChosenModel, Coder, Prediction, SizeOptions } from './coder.ts';
import { lengthsOf, longestOf, padVectors } from './padding.ts';
import { fitScale, normalise, requireScale, restore, type Scale } from './scale.ts';

/** A signal to another of the same length, a value at every time step. */
export function createSignalPairCoder(examples: readonly SignalPair[], options: SizeOptions<'signal-pair'> = {}): Coder<'signal-pair'> {
  return signalPairCoder(
    fitScale(examples.flatMap(({ input }) => input)),
    fitScale(examples.flatMap(({ target }) => target)),
    Math.max(longestOf([...examples, ...(options.fits ?? [])].map(({ input }) => input)), options.timeSteps ?? 1),
  );
}

export function signalPairFromJSON({ inputScale, targetScale, timeSteps }: Record<string, unknown>): Coder<'signal-pair'> {
  return signalPairCoder(
    requireScale('coder.inputScale', inputScale),
    requireScale('coder.targetScale', targetScale),
    requireInteger('coder.timeSteps', timeSteps),
  );
}

function signalPairCoder(inputScale: Scale, targetScale: Scale, timeSteps: number): Coder<'signal-pair'> {
  return {
    kind: 'signal-pair',
    timeSteps,
    metric: { name: 'decibels gained', better: 'higher' },
    modelOptions: ({ embedding: _, ...chosen }: ChosenModel): ModelOptions => ({
      ...chosen,
      architecture: 'many-to-many',
      input: { kind: 'vectors', size: 1 },
      output: { kind: 'linear', classes: 1 },
    }),
    encode(examples) {
      const lengths = lengthsOf(
        'a signal',
        examples.map(({ input }) => input),
        timeSteps,
      );
      return {
        lengths,
        input: padVectors(lengths, timeSteps, 1, (row, t) => normalise(examples[row].input[t], inputScale)),
        target: padVectors(lengths, timeSteps, 1, (row, t) => normalise(examples[row].target[t], targetScale)),
      };
    },
    predictions: (output, examples) =>
      examples.map(({ input }, row) => input.map((_, t) => restore(output[t * examples.length + row], targetScale))),
    measure: (examples, predictions) =>
      decibelsGained(
        examples.map(({ input }) => input),
        predictions.map(numbersOf),
        examples.map(({ target }) => target),
      ),
    show: ({ input, target }, prediction) =>
      [
        ['input', input],
        ['target', target],
        ['predicted', numbersOf(prediction)],
      ]
        .map(([name, values]) => `${name}: ${(values as readonly number[]).map((value) => value.toFixed(2)).join(' ')}`)
        .join('\n'),
    toJSON: () => ({ kind: 'signal-pair', inputScale, targetScale, timeSteps }),
  };
}

const numbersOf = (prediction: Prediction): readonly number[] => prediction as readonly number[];
