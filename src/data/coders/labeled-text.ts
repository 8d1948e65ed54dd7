import type { ModelOptions } from '../../spec/model.ts';
import { requireInteger } from '../../spec/validation.ts';
import type { LabeledText } from '../examples.ts';
import { type Vocabulary, vocabularyFromJSON } from '../vocabulary.ts';
import type { ChosenModel, Coder } from './coder.ts';
import { createLabels, type Labels, labelsOf, shareOfMatches } from './labels.ts';
import { lengthsOf, longestOf, padIds } from './padding.ts';
import { createTextVocabulary, type TextOptions } from './text-vocabulary.ts';

/** A text to its label: token ids to one softmax over the labels. */
export function createLabeledTextCoder(examples: readonly LabeledText[], options: TextOptions<'labeled-text'> = {}): Coder<'labeled-text'> {
  const texts = examples.map(({ text }) => text);
  const vocabulary = createTextVocabulary(texts, options);
  const longest = longestOf([...examples, ...(options.fits ?? [])].map(({ text }) => vocabulary.encode(text)));
  return labeledTextCoder(vocabulary, createLabels(examples.map(({ label }) => label)), Math.max(longest, options.timeSteps ?? 1));
}

export function labeledTextFromJSON({ vocabulary, labels, timeSteps }: Record<string, unknown>): Coder<'labeled-text'> {
  return labeledTextCoder(vocabularyFromJSON(vocabulary), labelsOf(labels), requireInteger('timeSteps', timeSteps));
}

function labeledTextCoder(vocabulary: Vocabulary, labels: Labels, timeSteps: number): Coder<'labeled-text'> {
  return {
    kind: 'labeled-text',
    timeSteps,
    metric: { name: 'accuracy', better: 'higher' },
    modelOptions: ({ embedding = 0, ...chosen }: ChosenModel): ModelOptions => ({
      ...chosen,
      architecture: 'many-to-one',
      input: { kind: 'tokens', vocabulary: vocabulary.size, embedding },
      output: { kind: 'softmax', classes: labels.names.length },
    }),
    encode(examples) {
      const rows = examples.map(({ text }) => vocabulary.encode(text));
      return {
        lengths: lengthsOf('a text', rows, timeSteps),
        input: padIds(rows, timeSteps, 0),
        target: Int32Array.from(examples, ({ label }) => labels.idOf(label)),
      };
    },
    predictions: (output, examples) => labels.likeliest(output, 0, examples.length),
    measure: (examples, predictions) =>
      shareOfMatches(
        predictions,
        examples.map(({ label }) => label),
      ),
    show: ({ text, label }, prediction) => `${text}\n${label}, predicted ${prediction}`,
    toJSON: () => ({ kind: 'labeled-text', vocabulary, labels: labels.names, timeSteps }),
  };
}
