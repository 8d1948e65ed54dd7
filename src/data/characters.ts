import { InputError } from '../spec/input-error.ts';
import { type Mark, orderMarks } from './marks.ts';
import { compareCodePoints, createSymbolTable, requireAtMost } from './symbol-table.ts';
import type { Vocabulary, VocabularyJSON } from './vocabulary.ts';

export interface CharacterOptions {
  /** Default none. */
  readonly marks?: readonly Mark[];
  /** The largest vocabulary that is not refused; default any. */
  readonly mostTokens?: number;
}

/**
 * The vocabulary of all characters (code points) of a text or several, sorted by code point.
 *
 * @throws InputError for an empty text, or for more tokens than `mostTokens`.
 */
export function createCharacterVocabulary(texts: string | Iterable<string>, { marks = [], mostTokens }: CharacterOptions = {}): Vocabulary {
  const characters = new Set<string>();
  for (const text of typeof texts === 'string' ? [texts] : texts) {
    for (const character of text) characters.add(character);
  }
  if (characters.size === 0) throw new InputError('a vocabulary wants a text of at least one character, got an empty one');
  const ordered = orderMarks(marks);
  requireAtMost(mostTokens, characters.size + ordered.length, '');
  return characterVocabularyOf([...characters].sort(compareCodePoints), ordered);
}

/** The vocabulary of these characters, in this order. */
export function characterVocabularyOf(characters: readonly string[], marks: readonly Mark[]): Vocabulary {
  const table = createSymbolTable(characters, marks);
  const refuse = (character: string): never => {
    throw new InputError(`text must be made of the ${characters.length} known characters, got ${nameOf(character)}`);
  };
  return Object.freeze({
    kind: 'char',
    size: table.symbols.length,
    symbols: table.symbols,
    marks: table.marks,
    idOf: table.idOf,
    encode: (text, options) => table.encode(text, text.length, options, refuse),
    decode: (ids) => table.decode(ids, '\uFFFD').join(''),
    toJSON: (): VocabularyJSON => ({ kind: 'char', symbols: characters, ...(marks.length > 0 && { marks }) }),
  } satisfies Vocabulary);
}

/** `'é' (U+00E9)`: shown and numbered, because some characters cannot be seen. */
function nameOf(character: string): string {
  const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `${JSON.stringify(character).replace(/^"|"$/g, "'")} (U+${number})`;
}
