import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleText } from './sample-text.ts';
import { joinWords, noSpace, recogniseSplit, splitWords } from './words.ts';

describe('splitting', () => {
  test.each([
    ['not bad at all, but far too long!', 'not bad at all , but far too long !'],
    ["She didn't say (or so it's told) why.", "She didn't say ( or so it's told ) why ."],
    ['"No," he said. "Why?"', '" No , " he said . " Why ? "'],
    ['a well-known 1,000.5 at 12:30', 'a well-known 1,000.5 at 12:30'],
    ["l'été [à Paris]…", "l'été [ à Paris ] …"],
    ['wait... what?!', 'wait . . . what ? !'],
  ])('%j needs no token for its spaces', (text, tokens) => {
    expect(splitWords(text)).toEqual(tokens.split(' '));
    expect(joinWords(tokens.split(' '))).toBe(text);
  });

  test.each([
    ['a  b', ['a', ' ', ' ', 'b']],
    ['Où est-il ?', ['Où', 'est-il', ' ', '?']],
    ['a/b', ['a', noSpace, '/', noSpace, 'b']],
    ['a\tb ', ['a', '\t', 'b', ' ']],
    ['  a\n b', [' ', ' ', 'a', '\n', ' ', 'b']],
    ['2.x', ['2', '.', noSpace, 'x']],
    ['', []],
    [' ', [' ']],
  ])('%j says where its spaces are others', (text, tokens) => {
    expect(splitWords(text)).toEqual(tokens);
    expect(joinWords(tokens)).toBe(text);
  });

  test('our stories have no space that is not understood', () => {
    const text = sampleText(20_000).trimEnd();
    const tokens = splitWords(text);
    expect(joinWords(tokens)).toBe(text);
    expect(tokens.filter((token) => token === noSpace || token === ' ')).toEqual([]);
    expect(tokens.length).toBeLessThan(text.length / 4);
  });
});

describe('without loss', () => {
  const pieces = fc.constantFrom(
    '"',
    ' ',
    '\n',
    '\t',
    '.',
    ',',
    '(',
    ')',
    '-',
    "'",
    'a',
    'B',
    '1',
    '><',
    '>',
    '<',
    'é',
    '\r',
    '\u00A0',
    '$',
    '“',
    '”',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces).map((list) => list.join('')),
  );

  test('any text comes back', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(joinWords(splitWords(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('what a model writes splits into the words that it wrote', () => {
    const words = fc.array(
      fc.constantFrom('we', "don't", 'well-known', '12:30', ',', '.', '!', '"', '(', ')', '\n', '-', "'", '/', '5', ':', '$'),
    );
    fc.assert(
      fc.property(words, (tokens) => {
        expect(splitWords(joinWords(tokens))).toEqual(tokens);
      }),
      { numRuns: 2000 },
    );
  });
});

test('text that comes as tokens is shown as it is printed', () => {
  expect(joinWords("n' as - tu pas vu l' homme ?".split(' '))).toBe("n'as - tu pas vu l'homme?");
  expect(joinWords('not too long , partly because of the plot'.split(' '))).toBe('not too long, partly because of the plot');
});

test.each([
  [['not bad , but long', "n' as pas"], 'spaces'],
  [['not bad, but long'], 'prose'],
  [['not bad , but long', 'good.'], 'prose'],
  [['a large purple square'], 'prose'],
  [['one , two\nthree'], 'prose'],
  [[], 'prose'],
])('%j is %s', (texts, split) => {
  expect(recogniseSplit(texts)).toBe(split);
});
