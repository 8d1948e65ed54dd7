import { expect, test } from 'vitest';
import { tagPerWord } from './tag-per-word.ts';

const sentence = (text: string) => {
  const pairs = text.split(' ').map((pair) => pair.split('/'));
  return { tokens: pairs.map(([token]) => token), tags: pairs.map(([, tag]) => tag) };
};

const train = [sentence('the/DET light/NOUN fades/VERB'), sentence('light/VERB the/DET light/NOUN')];

test('the most frequent tag of each word, right or wrong in its place', () => {
  expect(tagPerWord(train, [sentence('the/DET light/NOUN')])).toBe(1);
  expect(tagPerWord(train, [sentence('light/VERB the/DET light/NOUN fades/VERB')])).toBe(0.75);
});

test('an unseen word gets the most frequent tag of all', () => {
  expect(tagPerWord([...train, sentence('a/DET a/DET')], [sentence('the/DET box/NOUN an/DET')])).toBeCloseTo(2 / 3, 15);
});

test('a share of tokens, not of sentences', () => {
  expect(tagPerWord(train, [sentence('the/DET the/DET the/DET'), sentence('light/ADJ')])).toBe(0.75);
});

test('nothing learned or nothing asked is no success', () => {
  expect(tagPerWord([], train)).toBe(0);
  expect(tagPerWord(train, [])).toBe(0);
});
