import { InputError } from '../spec/input-error.ts';
import { describeValue, requireKeys, requireOneOf } from '../spec/validation.ts';

/** Which symbol each token id stands for. */
export interface Vocabulary {
  /** What a symbol is; `char` is one Unicode code point. */
  readonly kind: 'char';
  /** Number of symbols, V; ids run from 0 to V - 1. */
  readonly size: number;
  /** [V] symbols by id, in code point order. */
  readonly symbols: readonly string[];
  /**
   * Text to ids, one per code point.
   *
   * @throws InputError that names the first unknown character; with `unknown: 'skip'` such characters are left out instead.
   */
  encode(text: string, options?: { readonly unknown?: 'error' | 'skip' }): Int32Array;
  /**
   * Ids to text.
   *
   * @throws InputError for an id that no symbol has.
   */
  decode(ids: Iterable<number>): string;
  /** Plain data for JSON.stringify; vocabularyFromJSON reads it back. */
  toJSON(): VocabularyJSON;
}

export interface VocabularyJSON {
  readonly kind: 'char';
  readonly symbols: readonly string[];
}

/**
 * The vocabulary of all characters (code points) of a text, sorted by code point.
 *
 * @throws InputError for an empty text.
 */
export function createCharacterVocabulary(text: string): Vocabulary {
  if (text.length === 0) throw new InputError('a vocabulary wants a text of at least one character, got an empty one');
  return vocabularyOf([...new Set(text)].sort((left, right) => codePoint(left) - codePoint(right)));
}

/**
 * Reads what `toJSON` wrote, parsed; symbols keep their order, because ids do.
 *
 * @throws InputError for anything else.
 */
export function vocabularyFromJSON(json: unknown): Vocabulary {
  requireKeys('vocabulary', json, ['kind', 'symbols']);
  const { kind, symbols } = json as { kind?: unknown; symbols?: unknown };
  requireOneOf('vocabulary.kind', kind, ['char']);
  if (!Array.isArray(symbols) || symbols.length === 0) {
    throw new InputError(`vocabulary.symbols must be a list of characters, got ${describeValue(symbols)}`);
  }
  const seen = new Set<string>();
  for (const [id, symbol] of symbols.entries()) {
    if (typeof symbol !== 'string' || [...symbol].length !== 1 || seen.has(symbol)) {
      throw new InputError(`vocabulary.symbols[${id}] must be one character that occurs once, got ${describeValue(symbol)}`);
    }
    seen.add(symbol);
  }
  return vocabularyOf([...seen]);
}

function vocabularyOf(list: readonly string[]): Vocabulary {
  const symbols = Object.freeze([...list]);
  const ids = new Map(symbols.map((symbol, id) => [symbol, id]));
  const encode: Vocabulary['encode'] = (text, { unknown = 'error' } = {}) => {
    const result = new Int32Array(text.length);
    let count = 0;
    for (const character of text) {
      const id = ids.get(character);
      if (id !== undefined) result[count++] = id;
      else if (unknown === 'error')
        throw new InputError(`text must be made of the ${symbols.length} known characters, got ${nameOf(character)}`);
    }
    return result.slice(0, count);
  };
  const decode: Vocabulary['decode'] = (tokens) => {
    const parts: string[] = [];
    for (const id of tokens) {
      if (!Number.isInteger(id) || id < 0 || id >= symbols.length) {
        throw new InputError(`token must be an integer from 0 to ${symbols.length - 1}, got ${describeValue(id)}`);
      }
      parts.push(symbols[id]);
    }
    return parts.join('');
  };
  const toJSON: Vocabulary['toJSON'] = () => ({ kind: 'char', symbols });
  return Object.freeze({ kind: 'char', size: symbols.length, symbols, encode, decode, toJSON });
}

/** `'é' (U+00E9)`: shown and numbered, because some characters cannot be seen. */
function nameOf(character: string): string {
  return `${JSON.stringify(character).replace(/^"|"$/g, "'")} (U+${codePoint(character).toString(16).toUpperCase().padStart(4, '0')})`;
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}
