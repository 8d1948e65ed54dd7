import { expect, test } from 'vitest';
import { createRandom } from '../../data/random.ts';
import { logisticRegression } from './logistic.ts';

const random = createRandom(5);
const bits = Array.from({ length: 600 }, () => Array.from({ length: 8 }, () => 'ab'[random.integer(2)]));
const parts = (label: (symbols: readonly string[]) => string) => {
  const examples = bits.map((symbols) => ({ symbols, label: label(symbols) }));
  return [examples.slice(0, 400), examples.slice(400)] as const;
};
const count = (symbols: readonly string[], wanted: string) => symbols.filter((symbol) => symbol === wanted).length;

test('learns what counts of symbols say, in two and in three classes', () => {
  expect(logisticRegression(...parts((symbols) => (count(symbols, 'a') > 4 ? 'many' : 'few')))).toBeGreaterThan(0.97);
  const thirds = (symbols: readonly string[]) => String(Math.min(2, Math.floor(count(symbols, 'a') / 3)));
  expect(logisticRegression(...parts(thirds))).toBeGreaterThan(0.93);
});

test('learns what counts of neighbours say', () => {
  const changes = (symbols: readonly string[]) =>
    symbols.filter((symbol, at) => at > 0 && symbol === 'b' && symbols[at - 1] === 'a').length;
  expect(logisticRegression(...parts((symbols) => (changes(symbols) > 1 ? 'restless' : 'calm')))).toBeGreaterThan(0.97);
});

test('cannot learn parity', () => {
  const accuracy = logisticRegression(...parts((symbols) => (count(symbols, 'a') % 2 === 0 ? 'even' : 'odd')));
  expect(accuracy).toBeGreaterThan(0.35);
  expect(accuracy).toBeLessThan(0.65);
});

test('without a penalty each kind of text gets the label that it had most often', () => {
  const train = [...'xxxy'].map((label) => ({ symbols: ['p'], label })).concat([...'xyyy'].map((label) => ({ symbols: ['q'], label })));
  expect(
    logisticRegression(
      train,
      [
        { symbols: ['p'], label: 'x' },
        { symbols: ['q'], label: 'y' },
      ],
      0,
    ),
  ).toBe(1);
});

test('a penalty beyond measure leaves only how frequent a label is', () => {
  const train = ['p', 'p', 'p', 'q'].map((symbol) => ({ symbols: [symbol], label: symbol }));
  expect(logisticRegression(train, [{ symbols: ['q'], label: 'q' }], 1e6)).toBe(0);
  expect(logisticRegression(train, [{ symbols: ['q'], label: 'q' }], 1e-3)).toBe(1);
});

test('symbols never seen count nothing; nothing learned or asked is no success', () => {
  const train = ['p', 'p', 'q'].map((symbol) => ({ symbols: [symbol], label: symbol }));
  expect(logisticRegression(train, [{ symbols: ['z', 'y'], label: 'p' }])).toBe(1);
  expect(logisticRegression([], train)).toBe(0);
  expect(logisticRegression(train, [])).toBe(0);
});
