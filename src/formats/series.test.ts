import { describe, expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { readSeries, writeSeries } from './series.ts';

const values = (text: string, options = {}) => readSeries(text, 'a.csv', options).examples.map((series) => series.values);

describe('daily prices', () => {
  const prices = 'Date,Open,Close\n2024-01-02,1,1.5\n2024-01-03,2,2.5\n2024-01-04,3,3.5\n';

  test('the column is the one that is named', () => {
    expect(values(prices, { column: 'Close' })).toEqual([[1.5, 2.5, 3.5]]);
  });

  test('newest first is turned round', () => {
    const [header, ...rows] = prices.trimEnd().split('\n');
    const turned = [header, ...rows.reverse()].join('\n');
    expect(values(turned, { column: 'Close' })).toEqual([[1.5, 2.5, 3.5]]);
    expect(values(turned.replace('Date', 'day'), { column: 'Close' })).toEqual([[3.5, 2.5, 1.5]]);
    expect(values(turned.replace('Date', 'day'), { column: 'Close', date: 'day' })).toEqual([[1.5, 2.5, 3.5]]);
  });

  test('several shares in one file are several series', () => {
    const text = 'symbol,close\nA,1\nB,10\nA,2\nB,20\n';
    expect(values(text, { column: 'close', by: 'symbol' })).toEqual([
      [1, 2],
      [10, 20],
    ]);
  });

  test.each([
    ['no column is named', {}, "a.csv wants the name of the column with the numbers, one of the columns 'Date', 'Open', 'Close'"],
    ['the column is missing', { column: 'close' }, "a.csv must have the column 'close', got the columns 'Date', 'Open', 'Close'"],
    [
      'the key is missing',
      { column: 'Close', by: 'symbol' },
      "a.csv must have the column 'symbol', got the columns 'Date', 'Open', 'Close'",
    ],
    ['the column holds text', { column: 'Date' }, "got 3 of 3 (line 2: Date must be a number, got '2024-01-02'; line 3:"],
  ])('%s', (_, options, message) => {
    expect(() => values(prices, options)).toThrow(InputError);
    expect(() => values(prices, options)).toThrow(message);
  });
});

test('the only column needs no name', () => {
  expect(values('temperature\n1\n2\n')).toEqual([[1, 2]]);
  expect(values('date,kWh\n2024-01-02,5\n')).toEqual([[5]]);
});

test('a day without a price is skipped', () => {
  const rows = Array.from({ length: 200 }, (_, day) => `${day}\n`);
  const { examples, skipped } = readSeries(`close\n${[...rows.slice(0, 100), 'null\n', '\n', ...rows.slice(100)].join('')}`, 'a.csv');
  expect(examples[0].values).toHaveLength(200);
  expect(skipped).toEqual([
    { line: 102, reason: "close must be a number, got 'null'" },
    { line: 103, reason: 'a row must have 1 field (close), got an empty line' },
  ]);
});

test.each([
  ['', 'a.csv must name its columns in the first line, got an empty file'],
  ['\nclose\n1\n', 'a.csv line 1 must name the columns, got an empty line'],
  ['close\n', 'a.csv must hold at least one example, got none'],
])('%j is refused', (text, message) => {
  expect(() => values(text)).toThrow(new InputError(message));
});

test('an empty series is not written', () => {
  expect(() => writeSeries([{ kind: 'series', values: [] }])).toThrow('a series must have at least one value, got none');
});
