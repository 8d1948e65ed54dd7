import { expect, test } from 'vitest';
import { createRandom } from '../../data/random.ts';
import { choice, drawFrom, maybe, readings, sequence, word } from './grammar.ts';

const noun = word('NOUN', ['light', 'box']);
const adjective = word('ADJ', ['light']);
const group = sequence(word('DET', ['the']), maybe(50, adjective), noun);
const small = sequence(group, word('VERB', ['is', 'light']), choice([1, adjective], [2, group]));

test('a sentence is read in every way that the rules allow and in no other', () => {
  expect(readings(small, ['the', 'light', 'light', 'light'])).toEqual(['DET NOUN VERB ADJ']);
  expect(readings(small, ['the', 'light', 'box', 'is', 'light'])).toEqual(['DET ADJ NOUN VERB ADJ']);
  expect(readings(small, ['the', 'box', 'light', 'the', 'light'])).toEqual(['DET NOUN VERB DET NOUN']);
  expect(readings(small, ['the', 'box', 'is'])).toEqual([]);
  expect(readings(small, ['the', 'box', 'is', 'light', 'light'])).toEqual([]);
});

test('two ways to the same tags are one reading, other tags are another', () => {
  const either = choice([1, sequence(noun, noun)], [1, sequence(maybe(50, noun), noun, sequence())], [1, sequence(adjective, noun)]);
  expect(readings(either, ['light', 'box']).sort()).toEqual(['ADJ NOUN', 'NOUN NOUN']);
});

test('what is drawn can be read back, and its words are of their lists', () => {
  const random = createRandom(1);
  const seen = new Set<string>();
  for (let index = 0; index < 400; index++) {
    const drawn = drawFrom(small, random);
    const tokens = drawn.map(({ token }) => token);
    seen.add(tokens.join(' '));
    expect(readings(small, tokens)).toContain(drawn.map(({ tag }) => tag).join(' '));
  }
  // 4 groups, 2 verbs, then light or a group.
  expect(seen.size).toBe(4 * 2 * 5);
});
