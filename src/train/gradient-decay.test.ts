import { describe, expect, test } from 'vitest';
import { gradientDecay } from './gradient-decay.ts';

/** Norms that grow by `rate` with each step back in time from 1 at the last of `count`. */
const geometric = (rate: number, count: number): Float64Array => Float64Array.from({ length: count }, (_, t) => rate ** (count - 1 - t));

describe('the decay of a gradient through time', () => {
  test.each([
    [0.5, 20, 'halves every 1.0 steps'],
    [0.5 ** (1 / 7), 100, 'halves every 7.0 steps'],
    [2 ** (1 / 3), 60, 'doubles every 3.0 steps'],
    [0.1, 40, 'halves every 0.3 steps'],
    [1, 10, 'keeps its size'],
  ])('a rate of %d over %i steps: %s', (rate, count, words) => {
    const decay = gradientDecay(geometric(rate, count));
    expect(decay.rate).toBeCloseTo(rate, 10);
    expect(Math.log(decay.ratio)).toBeCloseTo((count - 1) * Math.log(rate), 8);
    expect(decay.words).toBe(words);
  });

  test('the line leaves out what has no logarithm', () => {
    const norms = geometric(0.5, 10);
    norms[0] = 0;
    norms[4] = Number.NaN;
    expect(gradientDecay(norms).rate).toBeCloseTo(0.5, 10);
    expect(gradientDecay(norms).ratio).toBe(0);
  });

  test('is least squares: a norm off the line moves it as it must', () => {
    // logs 1, 0, 0 at 2, 1, 0 steps back: slope 1/2
    expect(gradientDecay([Math.E, 1, 1]).rate).toBeCloseTo(Math.exp(0.5), 12);
  });

  test.each([[[]], [[1]], [[0, 0, 0]], [[Number.NaN, Number.POSITIVE_INFINITY, 1]]])('of %j nothing is known', (norms) => {
    const { rate, words } = gradientDecay(norms);
    expect(rate).toBeNaN();
    expect(words).toBe('is not known');
  });

  test('a ratio to nothing, or of what is not finite, is not a number', () => {
    expect(gradientDecay([1, 0]).ratio).toBeNaN();
    expect(gradientDecay([Number.POSITIVE_INFINITY, 1]).ratio).toBeNaN();
  });
});
