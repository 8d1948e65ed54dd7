import type { ModelOptions } from '../../spec/model.ts';
import { requireInteger } from '../../spec/validation.ts';
import type { TaggedSentence } from '../examples.ts';
import { type Vocabulary, vocabularyFromJSON } from '../vocabulary.ts';
import { createWordVocabulary } from '../word-vocabulary.ts';
import type { ChosenModel, Coder, Prediction } from './coder.ts';
import { createLabels, type Labels, labelsOf, shareOfMatches } from './labels.ts';
import { lengthsOf, longestOf, padIds } from './padding.ts';
import type { TextOptions } from './text-vocabulary.ts';

/** A token to its tag at every time step: one softmax each. */
export function createTaggedSentenceCoder(
  examples: readonly TaggedSentence[],
  options: TextOptions<'tagged-sentence'> = {},
): Coder<'tagged-sentence'> {
  const { minimumCount } = options;
  const sentences = examples.map(({ tokens }) => tokens);
  return taggedSentenceCoder(
    createWordVocabulary(sentences, { marks: ['unknown'], split: 'spaces', ...(minimumCount !== undefined && { minimumCount }) }),
    createLabels(
      examples.flatMap(({ tags }) => tags),
      'tag',
    ),
    Math.max(longestOf([...examples, ...(options.fits ?? [])].map(({ tokens }) => tokens)), options.timeSteps ?? 1),
  );
}

export function taggedSentenceFromJSON({ vocabulary, tags, timeSteps }: Record<string, unknown>): Coder<'tagged-sentence'> {
  return taggedSentenceCoder(vocabularyFromJSON(vocabulary), labelsOf(tags, 'tag'), requireInteger('coder.timeSteps', timeSteps));
}

function taggedSentenceCoder(vocabulary: Vocabulary, tags: Labels, timeSteps: number): Coder<'tagged-sentence'> {
  return {
    kind: 'tagged-sentence',
    timeSteps,
    metric: { name: 'accuracy', better: 'higher' },
    modelOptions: ({ embedding = 0, ...chosen }: ChosenModel): ModelOptions => ({
      ...chosen,
      architecture: 'many-to-many',
      input: { kind: 'tokens', vocabulary: vocabulary.size, embedding },
      output: { kind: 'softmax', classes: tags.names.length },
    }),
    encode(examples) {
      const rows = examples.map(({ tokens }) => tokens.map((token) => vocabulary.idOf(token) ?? 0));
      return {
        lengths: lengthsOf('a sentence', rows, timeSteps),
        input: padIds(rows, timeSteps, 0),
        target: padIds(
          examples.map((example) => example.tags.map(tags.idOf)),
          timeSteps,
          -1,
        ),
      };
    },
    predictions: (output, examples) =>
      examples.map(({ tokens }, row) => tokens.map((_, t) => tags.likeliest(output, t * examples.length + row, 1)[0])),
    measure: (examples, predictions) =>
      shareOfMatches(
        predictions.flatMap(wordsOf),
        examples.flatMap((example) => example.tags),
      ),
    show({ tokens, tags: right }, prediction) {
      const predicted = wordsOf(prediction);
      return tokens.map((token, t) => `${token} ${predicted[t]}${predicted[t] === right[t] ? '' : ` (it is ${right[t]})`}`).join('\n');
    },
    toJSON: () => ({ kind: 'tagged-sentence', vocabulary, tags: tags.names, timeSteps }),
  };
}

const wordsOf = (prediction: Prediction): readonly string[] => prediction as readonly string[];
