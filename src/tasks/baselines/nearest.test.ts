import { expect, test } from 'vitest';
import { createRandom } from '../../data/random.ts';
import { indexOfNearest, nearestAnswer } from './nearest.ts';

const answered = (...pairs: [string, string][]) => pairs.map(([question, answer]) => ({ question, answer }));

test('a question that was seen is answered as it was', () => {
  const train = answered(['1+1', '2'], ['2+2', '4'], ['3+3', '6'], ['12+1', '13']);
  expect(nearestAnswer(train, train)).toBe(1);
});

test('the share of answers that are right to the letter', () => {
  const train = answered(['my name is anna , who am i ?', 'anna'], ['where is the harbour ?', 'down the hill']);
  const heldOut = answered(
    ['my name is anna . who am i ?', 'anna'],
    ['my name is bert , who am i ?', 'bert'],
    ['where is that harbour ?', 'down the hill'],
    ['where is the harbour !', 'down the Hill'],
  );
  expect(nearestAnswer(train, heldOut)).toBe(0.5);
});

test('nothing to remember or nothing to ask is no success', () => {
  expect(nearestAnswer([], answered(['a', 'b']))).toBe(0);
  expect(nearestAnswer(answered(['a', 'b']), [])).toBe(0);
});

test('a rare word weighs more than many common ones', () => {
  const filler = Array.from({ length: 20 }, (_, index) => `tell me all about number ${index}`);
  const texts = [...filler, 'a zebra'];
  expect(indexOfNearest(texts)('tell me a zebra')).toBe(20);
});

test('order counts within three characters', () => {
  expect(indexOfNearest(['abc', 'cba', 'bca'])('cbad')).toBe(1);
});

test('words are compared as wholes', () => {
  const texts = ['a rat in a rattle', 'the rat'];
  expect(indexOfNearest(texts)('a battle rat')).toBe(0);
  expect(indexOfNearest(texts, 'words')('battle rat')).toBe(1);
});

test('characters or words, whichever answers more', () => {
  // By characters `an attic` is nearest to `a static`, by words to `an oak`.
  const train = answered(['a static', 'characters'], ['an oak', 'words']);
  expect(indexOfNearest(train.map(({ question }) => question))('an attic')).toBe(0);
  expect(nearestAnswer(train, answered(['an attic', 'characters']))).toBe(1);
  expect(nearestAnswer(train, answered(['an attic', 'words']))).toBe(1);
});

test('of equals the first, and also when nothing is alike', () => {
  expect(indexOfNearest(['left', 'same', 'same'])('same')).toBe(1);
  expect(indexOfNearest(['aaa', 'bbb'])('\u{1f40c}')).toBe(0);
});

test('finds what comparing with every text finds', () => {
  const random = createRandom(3);
  const text = () => Array.from({ length: 3 + random.integer(6) }, () => 'abcd'[random.integer(4)]).join('');
  const texts = Array.from({ length: 60 }, text);
  const grams = (word: string): string[] => {
    const padded = `\u0002${word}\u0003`;
    return [1, 2, 3].flatMap((size) => Array.from({ length: padded.length - size + 1 }, (_, at) => padded.slice(at, at + size)));
  };
  const having = (gram: string): number => textGrams.filter((other) => other.includes(gram)).length;
  const textGrams = texts.map(grams);
  const vector = (word: string): Map<string, number> => {
    const result = new Map<string, number>();
    for (const gram of grams(word)) {
      result.set(gram, (result.get(gram) ?? 0) + Math.log(1 + texts.length / Math.max(having(gram), 1)));
    }
    return result;
  };
  const length = (map: Map<string, number>) => Math.sqrt([...map.values()].reduce((sum, value) => sum + value * value, 0));
  const cosine = (left: Map<string, number>, right: Map<string, number>): number =>
    [...left].reduce((sum, [gram, value]) => sum + value * (right.get(gram) ?? 0), 0) / (length(left) * length(right));
  const vectors = texts.map(vector);
  const nearest = indexOfNearest(texts);
  for (let trial = 0; trial < 30; trial++) {
    const query = text();
    const queried = vector(query);
    const scores = vectors.map((other) => cosine(queried, other));
    expect(scores[nearest(query)]).toBeCloseTo(Math.max(...scores), 12);
  }
});
