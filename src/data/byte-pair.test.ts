import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { bytePairFromJSON, createBytePairVocabulary } from './byte-pair.ts';
import { loadBytePairs } from './byte-pair-loader.ts';
import { applyMerge, type Merge } from './byte-pair-training.ts';
import { sampleText } from './sample-text.ts';
import { vocabularyFromJSON } from './vocabulary.ts';

await loadBytePairs();

const story = sampleText(20_000);
const vocabulary = createBytePairVocabulary(story, { size: 400, marks: ['end', 'pad'] });
const trained = JSON.parse(JSON.stringify(vocabulary)) as { tokenizer: { model: { merges: Merge[]; vocab: Record<string, number> } } };

describe('a trained vocabulary', () => {
  test('has the marks, the bytes, and pieces of words', () => {
    expect([vocabulary.kind, vocabulary.size, vocabulary.marks]).toEqual(['bpe', 402, { pad: 0, end: 1 }]);
    expect(vocabulary.symbols.slice(0, 2)).toEqual(['<pad>', '<end>']);
    expect(vocabulary.symbols[2 + 97]).toBe('a');
    expect(vocabulary.symbols).toContain(' the');
    expect(vocabulary.symbols).toContain('\n');
  });

  test('says a text in fewer tokens than characters, and gives it back', () => {
    const ids = vocabulary.encode(story);
    expect(ids).toBeInstanceOf(Int32Array);
    expect(ids.length).toBeLessThan(0.6 * story.length);
    expect(vocabulary.decode(ids)).toBe(story);
  });

  test('gives back any text, also of characters that it never saw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(vocabulary.decode(vocabulary.encode(text))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  test('encodes as its merges say, one after the other', () => {
    const { merges, vocab } = trained.tokenizer.model;
    expect(merges).toHaveLength(400 - 256);
    for (const word of ['themselves', 'strawberry', 'otherwise', 'Good', 'x']) {
      const symbols = merges.reduce<readonly string[]>((parts, merge) => applyMerge(parts, merge), [...word]);
      expect([...vocabulary.encode(word)]).toEqual(symbols.map((symbol) => 2 + vocab[symbol]));
    }
  });

  test('comes back from JSON with the same ids', () => {
    const copy = vocabularyFromJSON(JSON.parse(JSON.stringify(vocabulary)));
    expect(copy.symbols).toEqual(vocabulary.symbols);
    expect(copy.encode(story.slice(0, 2000))).toEqual(vocabulary.encode(story.slice(0, 2000)));
    expect(copy.marks).toEqual(vocabulary.marks);
  });

  test('leaves out marks when it writes, and refuses ids that it has not', () => {
    expect(vocabulary.decode([0, ...vocabulary.encode('so'), 1])).toBe('so');
    expect(vocabulary.decode([0, 1])).toBe('');
    expect(vocabulary.encode('')).toEqual(new Int32Array(0));
    expect(() => vocabulary.decode([402])).toThrow('token must be an integer from 0 to 401, got 402');
  });

  test('knows a symbol that is one token', () => {
    expect(vocabulary.symbols[vocabulary.idOf(' the') ?? -1]).toBe(' the');
    expect(vocabulary.idOf('neverseen')).toBeUndefined();
  });
});

test('a text without repeats gives the bytes alone', () => {
  expect(createBytePairVocabulary('abc', { size: 300 }).size).toBe(256);
});

test('several texts are trained on together, but no piece goes across them', () => {
  const { symbols } = createBytePairVocabulary(['ab', 'ab', 'ba'], { size: 300 });
  expect(symbols.slice(256)).toEqual(['ab']);
});

test.each<[string, () => unknown, string]>([
  ['an empty text', () => createBytePairVocabulary(''), 'a vocabulary wants a text of at least one character, got an empty one'],
  ['fewer tokens than bytes', () => createBytePairVocabulary('a', { size: 100 }), 'size must be an integer of at least 256, got 100'],
  [
    'too many tokens',
    () => createBytePairVocabulary(story, { size: 300, mostTokens: 299 }),
    'the vocabulary must have at most 299 tokens, got 300 (a smaller size makes it smaller)',
  ],
  [
    'no tokenizer',
    () => bytePairFromJSON({}),
    'tokenizer.json must be a tokenizer.json of the tokenizers library, got one that it cannot open: ',
  ],
  ['nothing', () => bytePairFromJSON(undefined), 'got one that it cannot open: '],
  [
    'a gap in the ids',
    () => bytePairFromJSON({ ...trained.tokenizer, model: { type: 'BPE', vocab: { a: 0, b: 2 }, merges: [] } }, { name: 'x' }),
    'x must have ids from 0 on without a gap, got none that is 1',
  ],
])('%s is refused', (_, make, message) => {
  expect(make).toThrow(InputError);
  expect(make).toThrow(message);
});
