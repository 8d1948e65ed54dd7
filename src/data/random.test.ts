import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom, hashText, hashWords } from './random.ts';

const seeds = fc.integer({ min: 0, max: 0xffffffff });
const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the stream', () => {
  test('the same seed gives the same numbers, another seed others', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [one, two] = [createRandom(seed), createRandom(seed)];
        expect(draw(20, one.bits)).toEqual(draw(20, two.bits));
        expect(draw(20, one.normal)).toEqual(draw(20, two.normal));
        expect(draw(4, one.bits)).not.toEqual(draw(4, createRandom((seed + 1) % 2 ** 32).bits));
      }),
    );
  });

  test('its numbers are these, on every machine and for good, so that old runs can be repeated', () => {
    const random = createRandom(1);
    expect(draw(4, random.bits)).toEqual([320429133, 2537045279, 3986735985, 2215924091]);
    expect(draw(4, random.normal)).toEqual([-0.3019420429757196, -0.09217000013567406, 0.8994423127026457, -0.5578565692608387]);
  });

  test('normal numbers are those of the polar method with a true logarithm', () => {
    const [normal, uniform] = [createRandom(11).normal, createRandom(11).uniform];
    for (let i = 0; i < 500; i++) {
      let [x, y, square] = [0, 0, 0];
      do {
        [x, y] = [2 * uniform() - 1, 2 * uniform() - 1];
        square = x * x + y * y;
      } while (square === 0 || square >= 1);
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      expect(normal()).toBeCloseTo(x * scale, 13);
      expect(normal()).toBeCloseTo(y * scale, 13);
    }
  });

  test('a seed is a u32', () => {
    for (const seed of [-1, 2 ** 32, 0.5, Number.NaN]) expect(() => createRandom(seed)).toThrow('seed must be an integer from 0');
  });
});

describe('distributions', () => {
  test('uniform numbers lie in [0, 1), evenly', () => {
    const values = draw(20_000, createRandom(3).uniform);
    const counts = new Array<number>(10).fill(0);
    for (const value of values) {
      expect(value >= 0 && value < 1).toBe(true);
      counts[Math.floor(value * 10)]++;
    }
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(2000));
  });

  test('normal numbers have the moments of N(0, 1)', () => {
    const values = draw(40_000, createRandom(4).normal);
    expect(Math.abs(mean(values))).toBeLessThan(0.025);
    expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(Math.abs(mean(values.map((value) => value ** 3)))).toBeLessThan(0.08);
    expect(Math.abs(mean(values.map((value) => value ** 4)) - 3)).toBeLessThan(0.2);
    expect(Math.abs(mean(values.map((value) => Number(Math.abs(value) < 1))) - 0.6827)).toBeLessThan(0.012);
  });

  test('integers lie below n, each as often as the others', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 2 ** 32 }), (seed, n) => {
        const value = createRandom(seed).integer(n);
        expect(Number.isInteger(value) && value >= 0 && value < n).toBe(true);
      }),
    );
    const random = createRandom(5);
    const counts = [0, 0, 0];
    for (let i = 0; i < 9000; i++) counts[random.integer(3)]++;
    for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(250);
    expect(() => random.integer(0)).toThrow('n must be an integer from 1 to 2^32, got 0');
  });
});

describe('hashes', () => {
  test('words count, and so does their order', () => {
    expect(hashWords(1, 2)).not.toBe(hashWords(2, 1));
    expect(hashWords(0)).not.toBe(hashWords(0, 0));
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        expect(hashWords(a, b)).toBe(hashWords(a, b));
        expect(hashWords(a, b)).toBeLessThan(2 ** 32);
        expect(hashWords(a, b)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('neighbouring counters differ in about half of their bits', () => {
    let ones = 0;
    for (let i = 0; i < 2000; i++) ones += (hashWords(1, i) ^ hashWords(1, i + 1)).toString(2).replaceAll(/[^1]/g, '').length;
    // toString shows a negative number by its magnitude, which has as many ones on average.
    expect(Math.abs(ones / 2000 - 16)).toBeLessThan(1);
  });

  test('ten thousand counters rarely meet', () => {
    expect(new Set(Array.from({ length: 10_000 }, (_, i) => hashWords(7, i))).size).toBeGreaterThan(9997);
  });

  test('texts', () => {
    expect(hashText('rnn.weight_ih_l0')).not.toBe(hashText('rnn.weight_ih_l1'));
    expect(hashText('')).toBe(hashText(''));
  });
});
