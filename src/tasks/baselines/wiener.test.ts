import { expect, test } from 'vitest';
import { createRandom } from '../../data/random.ts';
import { decibelsGained } from '../../data/scores.ts';
import { fitMovingAverage } from './moving-average.ts';
import { fitWiener } from './wiener.ts';

test('finds the linear filter that made the targets, behind and ahead, with its constant', () => {
  const random = createRandom(1);
  const made = (input: readonly number[]) => input.map((_, t) => 2 + 0.5 * (input[t - 2] ?? 0) - 3 * (input[t + 1] ?? 0));
  const inputs = Array.from({ length: 20 }, () => Array.from({ length: 40 }, () => random.normal()));
  const filter = fitWiener(
    inputs.map((input) => ({ input, target: made(input) })),
    5,
  );
  const unseen = Array.from({ length: 30 }, () => random.normal());
  for (const [t, value] of filter(unseen).entries()) expect(value).toBeCloseTo(made(unseen)[t], 5);
});

test('white noise of power N on a white signal of power S is scaled by S / (S + N), as Wiener says', () => {
  const random = createRandom(2);
  const pairs = Array.from({ length: 300 }, () => {
    const target = Array.from({ length: 100 }, () => random.normal());
    return { target, input: target.map((value) => value + random.normal()) };
  });
  const impulse = Array.from({ length: 41 }, (_, t) => (t === 20 ? 1 : 0));
  const silent = new Array(41).fill(0);
  const filter = fitWiener(pairs);
  const response = filter(impulse).map((value, t) => value - filter(silent)[t]);
  expect(response[20]).toBeCloseTo(0.5, 1);
  for (const [t, value] of response.entries()) if (t !== 20) expect(Math.abs(value)).toBeLessThan(0.03);
});

test('no moving average is better', () => {
  const random = createRandom(3);
  const pairs = Array.from({ length: 100 }, () => {
    const phase = 6 * random.uniform();
    const target = Array.from({ length: 80 }, (_, t) => Math.sin(t + phase));
    return { target, input: target.map((value) => value + 0.7 * random.normal()) };
  });
  const inputs = pairs.map(({ input }) => input);
  const targets = pairs.map(({ target }) => target);
  const gain = (filter: (input: readonly number[]) => number[]) => decibelsGained(inputs, inputs.map(filter), targets);
  expect(gain(fitWiener(pairs))).toBeGreaterThan(gain(fitMovingAverage(pairs).apply) + 5);
});
