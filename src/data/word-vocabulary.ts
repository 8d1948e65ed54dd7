import { InputError } from '../spec/input-error.ts';
import { requireInteger } from '../spec/validation.ts';
import { type Mark, markSymbol, orderMarks } from './marks.ts';
import { compareCodePoints, createSymbolTable, requireAtMost } from './symbol-table.ts';
import type { Vocabulary, VocabularyJSON } from './vocabulary.ts';
import { joinWords, recogniseSplit, splitWords, type WordSplit } from './words.ts';

export interface WordOptions {
  /** Words that occur less often are unknown; default 1. */
  readonly minimumCount?: number;
  /** Default `unknown` alone, which stands for words that are not in the vocabulary. */
  readonly marks?: readonly Mark[];
  /** The largest vocabulary that is not refused; default any. */
  readonly mostTokens?: number;
  /** How texts become words; default as recogniseSplit tells. */
  readonly split?: WordSplit;
}

/**
 * The vocabulary of all words of some texts, most frequent first, equally frequent ones by code point. A text that is a list is taken as the words it lists:
 * tokens of a sentence, tags, labels.
 *
 * @throws InputError for texts without words, or if `minimumCount` leaves none, or for more tokens than `mostTokens`.
 */
export function createWordVocabulary(texts: Iterable<string | readonly string[]>, options: WordOptions = {}): Vocabulary {
  const { minimumCount = 1, marks = ['unknown'], mostTokens } = options;
  requireInteger('minimumCount', minimumCount);
  const list = [...texts];
  const split = options.split ?? recogniseSplit(list.filter((text) => typeof text === 'string'));
  const counts = new Map<string, number>();
  for (const text of list) {
    for (const word of typeof text === 'string' ? wordsOf(text, split) : text) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  if (counts.size === 0) throw new InputError('a vocabulary wants a text of at least one word, got an empty one');
  const kept = [...counts].filter(([, count]) => count >= minimumCount);
  if (kept.length === 0) {
    const most = [...counts.values()].reduce((a, b) => Math.max(a, b));
    throw new InputError(`minimumCount must be at most ${most}, the count of the most frequent word, got ${minimumCount}`);
  }
  const ordered = orderMarks(marks);
  requireAtMost(mostTokens, kept.length + ordered.length, ' (a larger minimumCount makes it smaller)');
  kept.sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || compareCodePoints(left, right));
  return wordVocabularyOf(
    kept.map(([word]) => word),
    ordered,
    split,
  );
}

/** The vocabulary of these words, in this order. */
export function wordVocabularyOf(words: readonly string[], marks: readonly Mark[], split: WordSplit): Vocabulary {
  const table = createSymbolTable(words, marks);
  const refuse = (word: string): never => {
    throw new InputError(`text must be made of the ${words.length} known words, got ${JSON.stringify(word).replace(/^"|"$/g, "'")}`);
  };
  return Object.freeze({
    kind: 'word',
    size: table.symbols.length,
    symbols: table.symbols,
    marks: table.marks,
    idOf: table.idOf,
    encode(text, options) {
      const list = wordsOf(text, split);
      return table.encode(list, list.length, options, refuse);
    },
    decode(ids) {
      const parts = table.decode(ids, markSymbol('unknown'));
      return split === 'prose' ? joinWords(parts) : parts.join(' ');
    },
    toJSON: (): VocabularyJSON => ({ kind: 'word', split, symbols: words, marks }),
  } satisfies Vocabulary);
}

function wordsOf(text: string, split: WordSplit): string[] {
  return split === 'prose' ? splitWords(text) : text.split(' ').filter((word) => word !== '');
}
