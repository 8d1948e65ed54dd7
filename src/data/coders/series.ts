import { InputError } from '../../spec/input-error.ts';
import type { ModelOptions } from '../../spec/model.ts';
import { requireBoolean, requireInteger } from '../../spec/validation.ts';
import type { Series } from '../examples.ts';
import { meanAbsoluteError } from '../scores.ts';
import type { ChosenModel, Coder, Prediction, SizeOptions } from './coder.ts';
import { lengthsOf, longestOf, padVectors } from './padding.ts';
import { momentsOf, normalise, requireScale, restore, type Scale } from './scale.ts';

/** How a series is cut into what is seen and what is foretold. */
export interface SeriesOptions extends SizeOptions<'series'> {
  /** Values that are foretold, the last ones of an example. */
  readonly horizon: number;
}

/**
 * A series one value at a time. The network reads the level of a value and its change since the one before, both normalised by what training held, and says
 * the next change; values above zero are taken by their logarithm, of which a change is a share. It is trained with the right values (teacher forcing) and
 * forecasts by reading what it said itself.
 */
export interface SeriesCoder extends Coder<'series'> {
  readonly horizon: number;
  /** [2] what the network reads of a value and the one before; at the first value there is none, and no change. */
  inputOf(value: number, before: number): readonly [level: number, change: number];
  /** The value after `value` if the network says `output`. */
  next(value: number, output: number): number;
}

interface Parts {
  readonly horizon: number;
  readonly timeSteps: number;
  readonly logarithm: boolean;
  readonly level: Scale;
  readonly change: Scale;
}

/** @throws InputError for series that do not vary, or that are not longer than the horizon */
export function createSeriesCoder(examples: readonly Series[], options: SeriesOptions): SeriesCoder {
  const horizon = requireInteger('horizon', options.horizon);
  const longest = longestOf(examples.map(({ values }) => values));
  if (longest <= horizon) throw new InputError(`a series must have more values than the horizon of ${horizon}, got ${longest}`);
  const logarithm = examples.every(({ values }) => values.every((value) => value > 0));
  const taken = examples.map(({ values }) => (logarithm ? values.map(Math.log) : values));
  const level = momentsOf(taken.flat());
  const change = momentsOf(taken.flatMap((values) => values.slice(1).map((value, t) => value - values[t])));
  if (change.deviation === 0) throw new InputError('a series must vary in its changes to be foretold, got the same change everywhere');
  return seriesCoder({
    horizon,
    timeSteps: Math.max(longest - 1, options.timeSteps ?? 1, longestOf((options.fits ?? []).map(({ values }) => values)) - 1),
    logarithm,
    level,
    change,
  });
}

export function seriesFromJSON({ horizon, timeSteps, logarithm, level, change }: Record<string, unknown>): SeriesCoder {
  return seriesCoder({
    horizon: requireInteger('coder.horizon', horizon),
    timeSteps: requireInteger('coder.timeSteps', timeSteps),
    logarithm: requireBoolean('coder.logarithm', logarithm),
    level: requireScale('coder.level', level),
    change: requireScale('coder.change', change),
  });
}

function seriesCoder(parts: Parts): SeriesCoder {
  const { horizon, timeSteps, logarithm, level, change } = parts;
  const take = (value: number): number => {
    if (!logarithm || value > 0) return logarithm ? Math.log(value) : value;
    throw new InputError(`a value must be above zero, as all of the training were, got ${value}`);
  };
  const give = (taken: number): number => (logarithm ? Math.exp(taken) : taken);
  // a step before the first is no change, which is 0 before it is normalised
  const inputOf = (value: number, before: number): [number, number] => [
    normalise(take(value), level),
    normalise(take(value) - take(before), change),
  ];
  return {
    kind: 'series',
    horizon,
    timeSteps,
    metric: { name: 'mean absolute error', better: 'lower' },
    inputOf,
    // the level moves by the change that was said, each in its own unit; the change is what was said
    freely: {
      kind: 'free',
      given: timeSteps - horizon + 1,
      inputs: [
        { output: 0, gain: change.deviation / level.deviation, keep: 1, offset: change.mean / level.deviation },
        { output: 0, gain: 1, keep: 0, offset: 0 },
      ],
    },
    next: (value, output) => give(take(value) + restore(output, change)),
    modelOptions: ({ embedding: _, ...chosen }: ChosenModel): ModelOptions => ({
      ...chosen,
      architecture: 'one-to-one',
      input: { kind: 'vectors', size: 2 },
      output: { kind: 'linear', classes: 1 },
    }),
    encode(examples) {
      const inputs = examples.map(({ values }) => values.slice(0, -1));
      const lengths = lengthsOf('a series without its last value', inputs, timeSteps);
      return {
        lengths,
        input: padVectors(lengths, timeSteps, 2, (row, t, part) => inputOf(inputs[row][t], inputs[row][Math.max(0, t - 1)])[part]),
        target: padVectors(lengths, timeSteps, 1, (row, t) => {
          const { values } = examples[row];
          return normalise(take(values[t + 1]) - take(values[t]), change);
        }),
      };
    },
    /** From forecasts [horizon, B] in the values' own unit. */
    predictions: (output, examples) =>
      examples.map((_, row) => Array.from({ length: horizon }, (_, step) => output[step * examples.length + row])),
    measure: (examples, predictions) =>
      meanAbsoluteError(
        predictions.map(numbersOf),
        examples.map(({ values }) => values.slice(-horizon)),
      ),
    show({ values }, prediction) {
      const list = (some: readonly number[]): string => some.map((value) => Number(value.toPrecision(5))).join(' ');
      const context = values.slice(0, -horizon);
      return `after ${context.length} values, the last ${list(context.slice(-5))}\ncame ${list(values.slice(-horizon))}\nforetold ${list(numbersOf(prediction))}`;
    },
    toJSON: () => ({ kind: 'series', ...parts }),
  };
}

const numbersOf = (prediction: Prediction): readonly number[] => prediction as readonly number[];
