import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { loadBytePairs } from './byte-pair-loader.ts';
import { createCharacterVocabulary, createVocabulary, vocabularyFromJSON } from './vocabulary.ts';

await loadBytePairs();

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

describe('marks', () => {
  const vocabulary = createCharacterVocabulary('ba', { marks: ['unknown', 'end', 'pad', 'begin'] });

  test('have the first ids, in one order', () => {
    expect(vocabulary.symbols).toEqual(['<pad>', '<begin>', '<end>', '<unknown>', 'a', 'b']);
    expect(vocabulary.marks).toEqual({ pad: 0, begin: 1, end: 2, unknown: 3 });
    expect(createCharacterVocabulary('ba').marks).toEqual({});
  });

  test('take what is unknown, unless told otherwise', () => {
    expect([...vocabulary.encode('axb')]).toEqual([4, 3, 5]);
    expect([...vocabulary.encode('axb', { unknown: 'skip' })]).toEqual([4, 5]);
    expect(() => vocabulary.encode('axb', { unknown: 'error' })).toThrow("text must be made of the 2 known characters, got 'x' (U+0078)");
    expect([vocabulary.idOf('b'), vocabulary.idOf('x'), createCharacterVocabulary('b').idOf('x')]).toEqual([5, 3, undefined]);
  });

  test('are no text', () => {
    expect(vocabulary.decode([1, 4, 3, 5, 2, 0, 0])).toBe('a\uFFFDb');
    expect([...createCharacterVocabulary('<pad>', { marks: ['pad'] }).encode('<pad>')]).not.toContain(0);
  });

  test('come back from JSON; without them the JSON is as it always was', () => {
    const copy = vocabularyFromJSON(JSON.parse(JSON.stringify(vocabulary)));
    expect([copy.symbols, copy.marks]).toEqual([vocabulary.symbols, vocabulary.marks]);
    expect(JSON.stringify(createCharacterVocabulary('ba'))).toBe('{"kind":"char","symbols":["a","b"]}');
  });
});

test('several texts have one vocabulary', () => {
  expect(createCharacterVocabulary(['ba', '', 'cab']).symbols).toEqual(['a', 'b', 'c']);
});

test('a vocabulary that is too large is refused with both numbers', () => {
  expect(createCharacterVocabulary('abc', { marks: ['pad'], mostTokens: 4 }).size).toBe(4);
  expect(() => createCharacterVocabulary('abc', { marks: ['pad'], mostTokens: 3 })).toThrow(
    new InputError('the vocabulary must have at most 3 tokens, got 4'),
  );
});

test.each([
  [{ tokens: 'char' }, 'char'],
  [{ tokens: 'word', minimumCount: 1 }, 'word'],
  [{ tokens: 'bpe', size: 256 }, 'bpe'],
] as const)('createVocabulary by %j', (options, kind) => {
  for (const texts of ['one two', ['one', 'two']]) {
    const vocabulary = createVocabulary(texts, options);
    expect(vocabulary.kind).toBe(kind);
    expect(vocabulary.decode(vocabulary.encode('two'))).toBe('two');
  }
});

test('an empty text has no vocabulary', () => {
  expect(() => createCharacterVocabulary('')).toThrow('a vocabulary wants a text of at least one character, got an empty one');
});

test.each([
  [null, 'vocabulary must be an object, got null'],
  [{ kind: 'line', symbols: ['a'] }, "vocabulary.kind must be one of 'char', 'word', 'bpe', got 'line'"],
  [{ kind: 'char' }, 'vocabulary.symbols must be a list of characters, got nothing'],
  [{ kind: 'char', symbols: [] }, 'vocabulary.symbols must be a list of characters, got []'],
  [{ kind: 'char', symbols: ['a', 'bc'] }, "vocabulary.symbols[1] must be one character that occurs once, got 'bc'"],
  [{ kind: 'char', symbols: ['a', 'a'] }, "vocabulary.symbols[1] must be one character that occurs once, got 'a'"],
  [{ kind: 'char', symbols: [7] }, 'vocabulary.symbols[0] must be one character that occurs once, got 7'],
  [{ kind: 'char', symbols: ['a'], size: 1 }, "vocabulary has no key 'size'"],
  [{ kind: 'char', symbols: ['a'], marks: ['stop'] }, "mark must be one of 'pad', 'begin', 'end', 'unknown', got 'stop'"],
  [{ kind: 'char', symbols: ['a'], marks: ['pad', 'pad'] }, 'marks must each occur once, got ["pad","pad"]'],
  [{ kind: 'char', symbols: ['a'], marks: 'pad' }, "marks must be a list of marks, got 'pad'"],
  [{ kind: 'word', split: 'prose', symbols: ['a', 'a'], marks: [] }, "vocabulary.symbols[1] must be a word that occurs once, got 'a'"],
  [{ kind: 'word', split: 'prose', symbols: [''], marks: [] }, "vocabulary.symbols[0] must be a word that occurs once, got ''"],
  [{ kind: 'word', symbols: ['a'], marks: [] }, "vocabulary.split must be one of 'prose', 'spaces', got nothing"],
  [{ kind: 'bpe', tokenizer: {}, marks: [] }, 'vocabulary.tokenizer must be a tokenizer.json of the tokenizers library'],
])('%j is no vocabulary', (json, message) => {
  expect(() => vocabularyFromJSON(json)).toThrow(message);
});
