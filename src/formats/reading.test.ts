import { describe, expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { describeSkipped, finishReading, quoteField, type Skipped } from './reading.ts';

const rows = (count: number): Skipped[] => Array.from({ length: count }, (_, index) => ({ line: index + 2, reason: 'a is b' }));
const reading = (examples: number, skipped: readonly Skipped[]) => ({
  examples: Array.from({ length: examples }, (_, index) => index),
  skipped,
  unit: 'rows',
  total: examples + skipped.length,
});

describe('describeSkipped', () => {
  test('is silent about nothing', () => {
    expect(describeSkipped(reading(5, []))).toBeUndefined();
  });

  test.each([
    [1, 'skipped 1 of 500 rows (line 2: a is b)'],
    [3, 'skipped 3 of 500 rows (line 2: a is b; line 3: a is b; line 4: a is b)'],
    [5, 'skipped 5 of 500 rows (line 2: a is b; line 3: a is b; line 4: a is b; and 2 more)'],
  ])('shows the first of %i', (count, sentence) => {
    expect(describeSkipped(reading(500 - count, rows(count)))).toBe(sentence);
  });
});

describe('finishReading', () => {
  test('allows one row of a hundred, in the order of the file', () => {
    const skipped = rows(2).reverse();
    expect(finishReading('a.csv', reading(198, skipped)).skipped.map(({ line }) => line)).toEqual([2, 3]);
  });

  test('refuses one row of ninety-nine, unless told', () => {
    expect(() => finishReading('a.csv', reading(98, rows(1)))).toThrow(
      new InputError('a.csv must have at most 1 % of rows that cannot be read (or allowSkipped), got 1 of 99 (line 2: a is b)'),
    );
    expect(finishReading('a.csv', reading(98, rows(1)), { allowSkipped: true }).examples).toHaveLength(98);
  });

  test('refuses to return nothing, even where skipping is allowed', () => {
    expect(() => finishReading('a.csv', reading(0, []))).toThrow('a.csv must hold at least one example, got none');
    expect(() => finishReading('a.csv', reading(0, rows(1)), { allowSkipped: true })).toThrow('got none (line 2: a is b)');
  });
});

test('a field is shown short and on one line', () => {
  expect(quoteField('a\nb\tc\r')).toBe("'a\\nb\\tc\\r'");
  expect(quoteField('x'.repeat(100))).toBe(`'${'x'.repeat(60)}...' (100 characters)`);
});
