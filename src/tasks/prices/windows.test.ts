import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../spec/input-error.ts';
import { cutWindows, restoreValues } from './windows.ts';

/** Values that tell where they stand: 0, 1, 2, ... */
const count = (length: number) => Array.from({ length }, (_, index) => index);

describe('cutting', () => {
  test('by hand: ten values, context 2, horizon 1, the last two held out', () => {
    const { train, heldOut, scale, border } = cutWindows(count(10), { context: 2, horizon: 1 });
    const places = (windows: typeof train) => windows.map(({ values }) => restoreValues(values, scale).map(Math.round));
    expect(border).toBe(8);
    expect(scale.mean).toBe(3.5);
    expect(scale.deviation).toBeCloseTo(Math.sqrt(5.25), 12);
    expect(places(train)).toEqual([0, 1, 2, 3, 4, 5].map((start) => [start, start + 1, start + 2]));
    expect(places(heldOut)).toEqual([
      [6, 7, 8],
      [7, 8, 9],
    ]);
  });

  const cases = fc
    .record({
      context: fc.integer({ min: 1, max: 12 }),
      horizon: fc.integer({ min: 1, max: 6 }),
      heldOutShare: fc.double({ min: 0.1, max: 0.6, noNaN: true }),
      length: fc.integer({ min: 100, max: 160 }),
    })
    .map(({ length, ...options }) => ({ length, options }));

  test('every value of the training windows lies before the border, every foretold value of the examination behind it, none is left out', () => {
    fc.assert(
      fc.property(cases, ({ length, options }) => {
        const { train, heldOut, scale, border } = cutWindows(count(length), options);
        const places = (values: readonly number[]) => restoreValues(values, scale).map(Math.round);
        const learned = new Set(train.flatMap(({ values }) => places(values)));
        const foretold = new Set(heldOut.flatMap(({ values }) => places(values.slice(options.context))));
        expect([...learned].sort((a, b) => a - b)).toEqual(count(border));
        expect([...foretold].sort((a, b) => a - b)).toEqual(count(length).slice(border));
        expect(heldOut.every(({ values }) => values.length === options.context + options.horizon)).toBe(true);
      }),
    );
  });

  test('the future does not leak: changing what is held out changes neither training nor scale', () => {
    fc.assert(
      fc.property(cases, fc.double({ min: -1e6, max: 1e6, noNaN: true }), ({ length, options }, other) => {
        const values = count(length).map((index) => Math.sin(index));
        const before = cutWindows(values, options);
        const after = cutWindows(
          values.map((value, index) => (index < before.border ? value : other)),
          options,
        );
        expect(after.train).toEqual(before.train);
        expect(after.scale).toEqual(before.scale);
      }),
    );
  });

  test('the values before the border have mean 0 and deviation 1 in the network’s unit', () => {
    const values = count(200).map((index) => 1e4 + 50 * Math.sin(index) + index);
    const { train, heldOut, scale } = cutWindows(values, { context: 9, horizon: 1 });
    const first = [...train[0].values, ...train.slice(1).map((window) => window.values[9])];
    const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
    expect(first).toHaveLength(160);
    expect(mean).toBeCloseTo(0, 9);
    expect(first.reduce((sum, value) => sum + value * value, 0) / first.length).toBeCloseTo(1, 9);
    expect(restoreValues(heldOut[0].values, scale)[9]).toBeCloseTo(values[160], 9);
  });
});

describe('what is refused', () => {
  test('too short a series, with the length that would do', () => {
    const options = { context: 60, horizon: 10 };
    expect(() => cutWindows(count(86), options, 'prices.csv')).toThrow(
      new InputError('prices.csv must have at least 87 values for a context of 60 and a horizon of 10, got 86'),
    );
    const { train, heldOut } = cutWindows(count(87), options);
    expect([train.length, heldOut.length]).toEqual([1, 8]);
  });

  test.each([
    [0.5, 9],
    [0.02, 3],
    [0.9, 4],
  ])('the length in the message is the shortest that does, share %d', (heldOutShare, horizon) => {
    const options = { context: 5, horizon, heldOutShare };
    let shortest = 1;
    while (true) {
      try {
        cutWindows(count(shortest), options);
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        shortest++;
      }
    }
    expect(() => cutWindows(count(shortest - 1), options)).toThrow(`at least ${shortest} values`);
  });

  test('values that are none, or always the same', () => {
    expect(() => cutWindows([1, 2, Number.NaN], { context: 1, horizon: 1 })).toThrow(
      'the series must be made of finite numbers, got NaN at value 3',
    );
    const still = new Array<number>(100).fill(0.1);
    still[95] = 7;
    expect(() => cutWindows(still, { context: 5, horizon: 5 })).toThrow('the series must vary, got 80 times 0.1');
  });

  test('options out of range', () => {
    expect(() => cutWindows(count(100), { context: 0, horizon: 1 })).toThrow('context must be a positive integer, got 0');
    expect(() => cutWindows(count(100), { context: 1, horizon: 1, heldOutShare: 0 })).toThrow(
      'heldOutShare must be above 0 and below 1, got 0',
    );
    expect(() => cutWindows(count(100), { context: 1, horizon: 1, heldOutShare: 1 })).toThrow(InputError);
  });
});
