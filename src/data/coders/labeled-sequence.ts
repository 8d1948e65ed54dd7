import type { ModelOptions } from '../../spec/model.ts';
import { requireInteger } from '../../spec/validation.ts';
import type { LabeledSequence } from '../examples.ts';
import type { ChosenModel, Coder, SizeOptions } from './coder.ts';
import { createLabels, type Labels, labelsOf, shareOfMatches } from './labels.ts';
import { lengthsOf, longestOf, padVectors } from './padding.ts';
import { fitScale, normalise, requireScale, type Scale } from './scale.ts';
import { requireSizes } from './valued-sequence.ts';

interface Parts {
  readonly labels: Labels;
  readonly size: number;
  /** One for all components: pixels that never change would have none. */
  readonly scale: Scale;
  readonly timeSteps: number;
}

/** Vectors over time to a label: one softmax over the labels. */
export function createLabeledSequenceCoder(
  examples: readonly LabeledSequence[],
  options: SizeOptions<'labeled-sequence'> = {},
): Coder<'labeled-sequence'> {
  return labeledSequenceCoder({
    labels: createLabels(examples.map(({ label }) => label)),
    size: examples[0].sequence[0].length,
    scale: fitScale(examples.flatMap(({ sequence }) => sequence.flat())),
    timeSteps: Math.max(longestOf([...examples, ...(options.fits ?? [])].map(({ sequence }) => sequence)), options.timeSteps ?? 1),
  });
}

export function labeledSequenceFromJSON({ labels, size, scale, timeSteps }: Record<string, unknown>): Coder<'labeled-sequence'> {
  return labeledSequenceCoder({
    labels: labelsOf(labels),
    size: requireInteger('coder.size', size),
    scale: requireScale('coder.scale', scale),
    timeSteps: requireInteger('coder.timeSteps', timeSteps),
  });
}

function labeledSequenceCoder({ labels, size, scale, timeSteps }: Parts): Coder<'labeled-sequence'> {
  return {
    kind: 'labeled-sequence',
    timeSteps,
    metric: { name: 'accuracy', better: 'higher' },
    modelOptions: ({ embedding: _, ...chosen }: ChosenModel): ModelOptions => ({
      ...chosen,
      architecture: 'many-to-one',
      input: { kind: 'vectors', size },
      output: { kind: 'softmax', classes: labels.names.length },
    }),
    encode(examples) {
      const sequences = examples.map(({ sequence }) => sequence);
      requireSizes(sequences, size);
      const lengths = lengthsOf('a sequence', sequences, timeSteps);
      return {
        lengths,
        input: padVectors(lengths, timeSteps, size, (row, t, component) => normalise(sequences[row][t][component], scale)),
        target: Int32Array.from(examples, ({ label }) => labels.idOf(label)),
      };
    },
    predictions: (output, examples) => labels.likeliest(output, 0, examples.length),
    measure: (examples, predictions) =>
      shareOfMatches(
        predictions,
        examples.map(({ label }) => label),
      ),
    show: ({ sequence, label }, prediction) => `${drawingOf(sequence)}\n${label}, predicted ${prediction}`,
    toJSON: () => ({ kind: 'labeled-sequence', labels: labels.names, size, scale, timeSteps }),
  };
}

const shades = ' .:-=+*#%@';

/** A time step per line, from the least number (blank) to the largest. */
function drawingOf(sequence: readonly (readonly number[])[]): string {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of sequence.flat()) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const shadeOf = (value: number): string =>
    shades[most === least ? 0 : Math.round(((value - least) / (most - least)) * (shades.length - 1))];
  return sequence.map((vector) => vector.map(shadeOf).join('').trimEnd()).join('\n');
}
