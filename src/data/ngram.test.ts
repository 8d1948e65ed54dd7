import { expect, test } from 'vitest';
import { bitsPerToken, countNgrams } from './ngram.ts';

const alphabet = [0, 1, 2, 3];
// a b a b a c: after a twice b, once c; after b twice a
const tokens = [0, 1, 0, 1, 0, 2];

test('a unigram by hand: (count + distinct/V) / (total + distinct)', () => {
  const model = countNgrams(tokens, { order: 1, vocabulary: 4 });
  expect(alphabet.map((token) => model.probability([token], 0))).toEqual([3.75 / 9, 2.75 / 9, 1.75 / 9, 0.75 / 9]);
});

test('a bigram by hand', () => {
  const model = countNgrams(tokens, { order: 2, vocabulary: 4 });
  const unigram = countNgrams(tokens, { order: 1, vocabulary: 4 });
  const b = unigram.probability([1], 0);
  expect(model.probability([0, 1], 1)).toBeCloseTo((2 + 2 * b) / (3 + 2), 15);
  expect(model.probability([1, 1], 1)).toBeCloseTo((0 + 1 * b) / (2 + 1), 15);
});

test.each([1, 2, 3, 4])('probabilities of order %i sum to one in every context', (order) => {
  const model = countNgrams(tokens, { order, vocabulary: 4 });
  for (const before of alphabet.flatMap((first) => alphabet.map((second) => [first, second]))) {
    const sum = alphabet.reduce((total, token) => total + model.probability([...before, token], 2), 0);
    expect(sum).toBeCloseTo(1, 12);
  }
});

test('a context that was never seen falls back to the shorter one', () => {
  const model = countNgrams(tokens, { order: 3, vocabulary: 4 });
  const bigram = countNgrams(tokens, { order: 2, vocabulary: 4 });
  expect(model.probability([3, 0, 1], 2)).toBe(bigram.probability([3, 0, 1], 2));
  expect(model.probability([3, 3, 1], 2)).toBe(countNgrams(tokens, { order: 1, vocabulary: 4 }).probability([1], 0));
});

test('bits of a text: a regular one costs little with context, a token that was never seen costs much but not all', () => {
  const regular = Array.from({ length: 300 }, (_, index) => index % 3);
  const bits = (order: number, heldOut: readonly number[]) => bitsPerToken(countNgrams(regular, { order, vocabulary: 4 }), heldOut);
  expect(bits(1, regular)).toBeCloseTo(Math.log2(3), 1);
  expect(bits(2, regular)).toBeLessThan(0.05);
  expect(bits(3, [0, 3])).toBeGreaterThan(5);
  expect(bits(3, [0, 3])).toBeLessThan(20);
});
