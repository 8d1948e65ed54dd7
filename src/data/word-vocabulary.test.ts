import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { sampleText } from './sample-text.ts';
import { vocabularyFromJSON } from './vocabulary.ts';
import { createWordVocabulary } from './word-vocabulary.ts';

describe('a word vocabulary', () => {
  test('has the most frequent words first, then by code point', () => {
    const { kind, symbols, marks } = createWordVocabulary(['b b, a\u{1F600} a b', 'c, \uFFFD']);
    expect([kind, marks]).toEqual(['word', { unknown: 0 }]);
    // of two words that occur as often, U+FFFD stands before U+1F600, whatever their UTF-16 units are
    expect(symbols).toEqual(['<unknown>', 'b', ',', 'a', '><', 'c', '\uFFFD', '\u{1F600}']);
  });

  test('gives back any text that it was made of, and the same from JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const vocabulary = createWordVocabulary([text], { split: 'prose' });
        const ids = vocabulary.encode(text);
        expect(vocabulary.decode(ids)).toBe(text);
        expect(ids.includes(0)).toBe(false);
        const copy = vocabularyFromJSON(JSON.parse(JSON.stringify(vocabulary)));
        expect([copy.symbols, copy.encode(text)]).toEqual([vocabulary.symbols, ids]);
      }),
    );
  });

  test('text whose words have spaces between them already stays as it is', () => {
    const texts = ['not bad , but long', "n' as pas"];
    const vocabulary = createWordVocabulary(texts);
    for (const text of texts) expect(vocabulary.decode(vocabulary.encode(text))).toBe(text);
    expect(vocabulary.encode(texts[0])).toHaveLength(5);
    const copy = vocabularyFromJSON(JSON.parse(JSON.stringify(vocabulary)));
    expect(copy.decode(copy.encode(texts[0]))).toBe(texts[0]);
  });

  test('rare and new words are unknown', () => {
    const vocabulary = createWordVocabulary(['one two one three one two'], { minimumCount: 2, marks: ['pad', 'unknown'] });
    expect(vocabulary.symbols).toEqual(['<pad>', '<unknown>', 'one', 'two']);
    expect(vocabulary.decode(vocabulary.encode('one three four'))).toBe('one <unknown> <unknown>');
    expect(vocabulary.encode('<unknown> <pad>', { unknown: 'skip' })).toHaveLength(0);
    expect([vocabulary.idOf('two'), vocabulary.idOf('three')]).toEqual([3, 1]);
  });

  test('without the unknown mark they are refused by name, or left out', () => {
    const vocabulary = createWordVocabulary(['one two'], { marks: [] });
    expect(() => vocabulary.encode('one three')).toThrow(new InputError("text must be made of the 2 known words, got 'three'"));
    expect(() => vocabulary.encode('one\ntwo')).toThrow("got '\\n'");
    expect([...vocabulary.encode('one three two', { unknown: 'skip' })]).toEqual([0, 1]);
    expect(vocabulary.idOf('three')).toBeUndefined();
  });

  test('lists are taken as the words that they list', () => {
    const vocabulary = createWordVocabulary([['New York', 'NOUN'], ['NOUN']], { marks: [] });
    expect(vocabulary.symbols).toEqual(['NOUN', 'New York']);
  });

  test('knows most of a story by few words', () => {
    const text = sampleText(40_000);
    const all = createWordVocabulary([text]);
    const few = createWordVocabulary([text], { minimumCount: 3 });
    expect(all.decode(all.encode(text))).toBe(text);
    expect(few.size).toBeLessThan(all.size);
    const ids = few.encode(text);
    expect(ids.filter((id) => id === few.marks.unknown).length).toBeLessThan(0.1 * ids.length);
  });
});

test.each<[string, () => unknown, string]>([
  ['no texts', () => createWordVocabulary([]), 'a vocabulary wants a text of at least one word, got an empty one'],
  ['a count of nothing', () => createWordVocabulary(['a'], { minimumCount: 0 }), 'minimumCount must be a positive integer, got 0'],
  [
    'a count that leaves nothing',
    () => createWordVocabulary(['a a b'], { minimumCount: 3 }),
    'minimumCount must be at most 2, the count of the most frequent word, got 3',
  ],
  [
    'too many words',
    () => createWordVocabulary(['a b c'], { mostTokens: 3 }),
    'the vocabulary must have at most 3 tokens, got 4 (a larger minimumCount makes it smaller)',
  ],
])('%s: refused', (_, make, message) => {
  expect(make).toThrow(new InputError(message));
});
