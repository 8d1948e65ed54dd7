import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { createCharacterVocabulary, vocabularyFromJSON } from './vocabulary.ts';

const texts = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });

describe('a character vocabulary', () => {
  test('is sorted by code point, not by UTF-16 unit', () => {
    const { kind, size, symbols } = createCharacterVocabulary('ba\u{1F600}\uFFFDa\n');
    expect({ kind, size, symbols }).toEqual({ kind: 'char', size: 5, symbols: ['\n', 'a', 'b', '\uFFFD', '\u{1F600}'] });
  });

  test('knows every character of its text and gives it back', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const vocabulary = createCharacterVocabulary(text);
        const ids = vocabulary.encode(text);
        expect(ids).toBeInstanceOf(Int32Array);
        expect(ids).toHaveLength([...text].length);
        expect(ids.every((id) => id >= 0 && id < vocabulary.size)).toBe(true);
        expect(vocabulary.decode(ids)).toBe(text);
        expect(new Set(ids).size).toBe(vocabulary.size);
      }),
    );
  });

  test('comes back from JSON with the same ids', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const vocabulary = createCharacterVocabulary(text);
        const copy = vocabularyFromJSON(JSON.parse(JSON.stringify(vocabulary)));
        expect(copy.symbols).toEqual(vocabulary.symbols);
        expect(copy.encode(text)).toEqual(vocabulary.encode(text));
      }),
    );
  });

  test('does not depend on the order of its text', () => {
    expect(createCharacterVocabulary('cab').symbols).toEqual(createCharacterVocabulary('abcabc').symbols);
  });
});

describe('unknown', () => {
  const vocabulary = createCharacterVocabulary('abc');

  test('characters are refused by name, or skipped', () => {
    expect(() => vocabulary.encode('abé')).toThrow(InputError);
    expect(() => vocabulary.encode('abé')).toThrow("text must be made of the 3 known characters, got 'é' (U+00E9)");
    expect(() => vocabulary.encode('\u0007')).toThrow("got '\\u0007' (U+0007)");
    expect(() => vocabulary.encode('\u{1F600}')).toThrow('(U+1F600)');
    expect([...vocabulary.encode('aéb\u{1F600}c', { unknown: 'skip' })]).toEqual([0, 1, 2]);
    expect(vocabulary.encode('')).toEqual(new Int32Array(0));
  });

  test('ids are refused', () => {
    expect(vocabulary.decode([2, 0])).toBe('ca');
    expect(() => vocabulary.decode([3])).toThrow('token must be an integer from 0 to 2, got 3');
    expect(() => vocabulary.decode([-1])).toThrow(InputError);
    expect(() => vocabulary.decode([0.5])).toThrow(InputError);
  });
});

test('an empty text has no vocabulary', () => {
  expect(() => createCharacterVocabulary('')).toThrow('a vocabulary wants a text of at least one character, got an empty one');
});

test.each([
  [null, 'vocabulary must be an object, got null'],
  [{ kind: 'word', symbols: ['a'] }, "vocabulary.kind must be 'char', got 'word'"],
  [{ kind: 'char' }, 'vocabulary.symbols must be a list of characters, got nothing'],
  [{ kind: 'char', symbols: [] }, 'vocabulary.symbols must be a list of characters, got []'],
  [{ kind: 'char', symbols: ['a', 'bc'] }, "vocabulary.symbols[1] must be one character that occurs once, got 'bc'"],
  [{ kind: 'char', symbols: ['a', 'a'] }, "vocabulary.symbols[1] must be one character that occurs once, got 'a'"],
  [{ kind: 'char', symbols: [7] }, 'vocabulary.symbols[0] must be one character that occurs once, got 7'],
  [{ kind: 'char', symbols: ['a'], size: 1 }, "vocabulary has no key 'size'"],
])('%j is no vocabulary', (json, message) => {
  expect(() => vocabularyFromJSON(json)).toThrow(message);
});
