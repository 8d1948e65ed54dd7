import { InputError } from '../spec/input-error.ts';
import { describeValue, requireKeys, requireOneOf } from '../spec/validation.ts';
import type { BytePairOptions, TokenizerJSON } from './byte-pair.ts';
import { bytePairs } from './byte-pair-loader.ts';
import { type CharacterOptions, characterVocabularyOf, createCharacterVocabulary } from './characters.ts';
import { type Mark, type MarkIds, orderMarks } from './marks.ts';
import { createWordVocabulary, type WordOptions, wordVocabularyOf } from './word-vocabulary.ts';
import type { WordSplit } from './words.ts';

export { createCharacterVocabulary } from './characters.ts';

/** What a token is: one Unicode code point, a word or punctuation mark, or a piece of a word that byte-pair encoding found. */
export type TokenKind = 'char' | 'word' | 'bpe';

/** Which symbol each token id stands for. */
export interface Vocabulary {
  readonly kind: TokenKind;
  /** Number of symbols, V; ids run from 0 to V - 1. */
  readonly size: number;
  /** [V] symbols by id: the marks, then characters in code point order, words by frequency, or pieces as they were found. */
  readonly symbols: readonly string[];
  /** The ids of the marks that this vocabulary has; none unless asked for, but `unknown` for words. */
  readonly marks: MarkIds;
  /**
   * Text to ids; begin and end marks are not added.
   *
   * What has no symbol becomes the unknown mark, where there is one.
   *
   * @throws InputError that names the first unknown symbol otherwise; with `unknown: 'skip'` such symbols are left out instead.
   */
  encode(text: string, options?: EncodeOptions): Int32Array;
  /**
   * Ids to text; pad, begin and end marks are nothing.
   *
   * @throws InputError for an id that no symbol has.
   */
  decode(ids: Iterable<number>): string;
  /** The id of one symbol, or of the unknown mark; undefined if there is neither. */
  idOf(symbol: string): number | undefined;
  /** Plain data for JSON.stringify; vocabularyFromJSON reads it back. */
  toJSON(): VocabularyJSON;
}

export interface EncodeOptions {
  /** Default `mark` where the vocabulary has the unknown mark, `error` where it has not. */
  readonly unknown?: 'error' | 'skip' | 'mark';
}

export type VocabularyJSON =
  | { readonly kind: 'char'; readonly symbols: readonly string[]; readonly marks?: readonly Mark[] }
  | { readonly kind: 'word'; readonly split: WordSplit; readonly symbols: readonly string[]; readonly marks: readonly Mark[] }
  | { readonly kind: 'bpe'; readonly tokenizer: TokenizerJSON; readonly marks: readonly Mark[] };

export type VocabularyOptions =
  | ({ readonly tokens: 'char' } & CharacterOptions)
  | ({ readonly tokens: 'word' } & WordOptions)
  | ({ readonly tokens: 'bpe' } & BytePairOptions);

/**
 * The vocabulary of some texts.
 *
 * @throws InputError for texts without a symbol, or a vocabulary larger than `mostTokens`.
 */
export function createVocabulary(texts: string | Iterable<string>, options: VocabularyOptions): Vocabulary {
  switch (options.tokens) {
    case 'char':
      return createCharacterVocabulary(texts, options);
    case 'word':
      return createWordVocabulary(typeof texts === 'string' ? [texts] : texts, options);
    case 'bpe':
      return bytePairs().createBytePairVocabulary(texts, options);
  }
}

/**
 * Reads what `toJSON` wrote, parsed; symbols keep their order, because ids do.
 *
 * @throws InputError for anything else.
 */
export function vocabularyFromJSON(json: unknown): Vocabulary {
  requireKeys('vocabulary', json, ['kind', 'symbols', 'marks', 'split', 'tokenizer']);
  const { kind, symbols, split, tokenizer, marks = [] } = json as Record<string, unknown>;
  const ordered = orderMarks(marks);
  switch (requireOneOf('vocabulary.kind', kind, ['char', 'word', 'bpe'])) {
    case 'char':
      return characterVocabularyOf(
        requireSymbols(symbols, 'one character', (symbol) => [...symbol].length === 1),
        ordered,
      );
    case 'word':
      return wordVocabularyOf(
        requireSymbols(symbols, 'a word', (symbol) => symbol !== ''),
        ordered,
        requireOneOf('vocabulary.split', split, ['prose', 'spaces']),
      );
    case 'bpe':
      return bytePairs().bytePairFromJSON(tokenizer, { marks: ordered, name: 'vocabulary.tokenizer' });
  }
}

function requireSymbols(symbols: unknown, what: string, isRight: (symbol: string) => boolean): string[] {
  if (!Array.isArray(symbols) || symbols.length === 0)
    throw new InputError(
      `vocabulary.symbols must be a list of ${what === 'a word' ? 'words' : 'characters'}, got ${describeValue(symbols)}`,
    );
  const seen = new Set<string>();
  for (const [id, symbol] of symbols.entries()) {
    if (typeof symbol !== 'string' || !isRight(symbol) || seen.has(symbol))
      throw new InputError(`vocabulary.symbols[${id}] must be ${what} that occurs once, got ${describeValue(symbol)}`);
    seen.add(symbol);
  }
  return [...seen];
}
