import type { ModelOptions } from '../../spec/model.ts';
import { requireInteger } from '../../spec/validation.ts';
import type { TextPair } from '../examples.ts';
import { type Vocabulary, vocabularyFromJSON } from '../vocabulary.ts';
import type { ChosenModel, Coder } from './coder.ts';
import { shareOfMatches } from './labels.ts';
import { lengthsOf, longestOf, padIds } from './padding.ts';
import { createTextVocabulary, type TextOptions } from './text-vocabulary.ts';
import { mark, readUntilMark, writtenModel } from './written.ts';

interface Parts {
  readonly source: Vocabulary;
  readonly target: Vocabulary;
  readonly sourceSteps: number;
  readonly timeSteps: number;
}

/** Of more than one word. */
export const isSentence = (text: string): boolean => text.includes(' ');

/** A text to the text that answers it: source ids in, target ids until the mark out. */
export function createTextPairCoder(examples: readonly TextPair[], options: TextOptions<'text-pair'> = {}): Coder<'text-pair'> {
  const texts = [examples.map(({ source }) => source), examples.map(({ target }) => target)] as const;
  // answers decide for both sides: a date that is written out has spaces, and yet is read letter by letter
  const tokens = options.tokens ?? (texts[1].some(isSentence) ? 'word' : 'char');
  const source = createTextVocabulary(texts[0], { ...options, tokens });
  const target = createTextVocabulary(texts[1], { ...options, tokens }, ['end', 'unknown']);
  const sized = [...examples, ...(options.fits ?? [])];
  return textPairCoder({
    source,
    target,
    sourceSteps: Math.max(longestOf(sized.map((example) => source.encode(example.source))), options.sourceSteps ?? 1),
    timeSteps: Math.max(1 + longestOf(sized.map((example) => target.encode(example.target))), options.timeSteps ?? 1),
  });
}

export function textPairFromJSON({ source, target, sourceSteps, timeSteps }: Record<string, unknown>): Coder<'text-pair'> {
  return textPairCoder({
    source: vocabularyFromJSON(source),
    target: vocabularyFromJSON(target),
    sourceSteps: requireInteger('coder.sourceSteps', sourceSteps),
    timeSteps: requireInteger('coder.timeSteps', timeSteps),
  });
}

function textPairCoder({ source, target, sourceSteps, timeSteps }: Parts): Coder<'text-pair'> {
  return {
    kind: 'text-pair',
    timeSteps,
    sourceSteps,
    metric: { name: 'exact match', better: 'higher' },
    modelOptions: (chosen: ChosenModel): ModelOptions =>
      writtenModel('encoder-decoder', { kind: 'tokens', vocabulary: source.size, embedding: chosen.embedding ?? 0 }, chosen, target.size),
    encode(examples) {
      const rows = examples.map((example) => source.encode(example.source));
      const targets = examples.map((example) => [...target.encode(example.target), mark]);
      lengthsOf('an answer with its end mark', targets, timeSteps);
      return {
        lengths: lengthsOf('a source', rows, sourceSteps),
        input: padIds(rows, sourceSteps, 0),
        target: padIds(targets, timeSteps, -1),
      };
    },
    predictions: (output, examples) => readUntilMark(output, examples.length).map((ids) => target.decode(ids)),
    measure: (examples, predictions) =>
      shareOfMatches(
        predictions,
        examples.map((example) => example.target),
      ),
    show: (example, prediction) => `${example.source}\n${prediction}${prediction === example.target ? '' : `\n(it is ${example.target})`}`,
    toJSON: () => ({ kind: 'text-pair', source, target, sourceSteps, timeSteps }),
  };
}
