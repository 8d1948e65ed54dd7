import { InputError } from '../../spec/input-error.ts';
import type { ModelOptions } from '../../spec/model.ts';
import { requireInteger } from '../../spec/validation.ts';
import type { ValuedSequence } from '../examples.ts';
import { meanSquaredError } from '../scores.ts';
import type { ChosenModel, Coder, SizeOptions } from './coder.ts';
import { lengthsOf, longestOf, padVectors } from './padding.ts';
import { fitScale, normalise, requireScale, restore, type Scale } from './scale.ts';

/** Vectors over time to one value; each component and the value have a scale of their own. */
export function createValuedSequenceCoder(
  examples: readonly ValuedSequence[],
  options: SizeOptions<'valued-sequence'> = {},
): Coder<'valued-sequence'> {
  const size = examples[0].sequence[0].length;
  const scales = Array.from({ length: size }, (_, component) =>
    fitScale(examples.flatMap(({ sequence }) => sequence.map((vector) => vector[component]))),
  );
  const valueScale = fitScale(examples.map(({ value }) => value));
  const timeSteps = Math.max(longestOf([...examples, ...(options.fits ?? [])].map(({ sequence }) => sequence)), options.timeSteps ?? 1);
  return valuedSequenceCoder(scales, valueScale, timeSteps);
}

export function valuedSequenceFromJSON({ scales, valueScale, timeSteps }: Record<string, unknown>): Coder<'valued-sequence'> {
  if (!Array.isArray(scales) || scales.length === 0) throw new InputError('coder.scales must be a list of scales');
  return valuedSequenceCoder(
    scales.map((scale, component) => requireScale(`coder.scales[${component}]`, scale)),
    requireScale('coder.valueScale', valueScale),
    requireInteger('coder.timeSteps', timeSteps),
  );
}

function valuedSequenceCoder(scales: readonly Scale[], valueScale: Scale, timeSteps: number): Coder<'valued-sequence'> {
  const size = scales.length;
  return {
    kind: 'valued-sequence',
    timeSteps,
    metric: { name: 'mean squared error', better: 'lower' },
    modelOptions: ({ embedding: _, ...chosen }: ChosenModel): ModelOptions => ({
      ...chosen,
      architecture: 'many-to-one',
      input: { kind: 'vectors', size },
      output: { kind: 'linear', classes: 1 },
    }),
    encode(examples) {
      const sequences = examples.map(({ sequence }) => sequence);
      requireSizes(sequences, size);
      const lengths = lengthsOf('a sequence', sequences, timeSteps);
      return {
        lengths,
        input: padVectors(lengths, timeSteps, size, (row, t, component) => normalise(sequences[row][t][component], scales[component])),
        target: Float32Array.from(examples, ({ value }) => normalise(value, valueScale)),
      };
    },
    predictions: (output, examples) => examples.map((_, row) => restore(output[row], valueScale)),
    measure: (examples, predictions) =>
      meanSquaredError(
        predictions.map((prediction) => [Number(prediction)]),
        examples.map(({ value }) => [value]),
      ),
    show: ({ sequence, value }, prediction) =>
      `${sequence.map((vector) => vector.join(' ')).join(', ')}\n${value}, predicted ${Number(prediction).toPrecision(4)}`,
    toJSON: () => ({ kind: 'valued-sequence', scales, valueScale, timeSteps }),
  };
}

/** @throws InputError unless every vector has `size` numbers */
export function requireSizes(sequences: readonly (readonly (readonly number[])[])[], size: number): void {
  const odd = sequences.flat().find((vector) => vector.length !== size);
  if (odd) throw new InputError(`a time step must have the ${size} numbers of the training, got ${odd.length}`);
}
