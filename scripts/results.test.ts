import { expect, test } from 'vitest';
import { addResult, type Result, resultRows, tableOf, withTable } from './results-table.mjs';

const result = (name: string, seed: number, value: number, metric = 'accuracy'): Result => ({
  name,
  seed,
  seconds: 10 * seed,
  date: '2026-01-01',
  last: { steps: 100, validationLoss: 1, metric: { name: metric, value, count: 1000, baselines: { majority: 0.5 } } },
});

test('results stand in the order of the rows and seeds, and a second run replaces the first', () => {
  let results: readonly Result[] = [];
  for (const next of [
    result('sentiment', 2, 0.9),
    result('text', 1, 2, 'bits per character'),
    result('sentiment', 1, 0.8),
    result('sentiment', 2, 0.95),
  ])
    results = addResult(results, next);
  expect(results.map(({ name, seed, last }) => [name, seed, last.metric.value])).toEqual([
    ['text', 1, 2],
    ['sentiment', 1, 0.8],
    ['sentiment', 2, 0.95],
  ]);
  expect(tableOf(results).split('\n').slice(2)).toEqual([
    '| text | bits per character (1000) | 2 | majority 0.5 | 100 | 10 |',
    '| sentiment | accuracy (1000) | 80.0 %, 95.0 % | majority 50.0 % | 100 | 10, 20 |',
  ]);
});

test('every row has a name of its own', () => {
  expect(new Set(resultRows.map(({ name }) => name)).size).toBe(resultRows.length);
});

test('only what lies between the marks is replaced', () => {
  const text = 'a\n<!-- made by npm run results -->\nold\n<!-- end of results -->\nb\n';
  expect(withTable(text, 'new')).toBe('a\n<!-- made by npm run results -->\nnew\n<!-- end of results -->\nb\n');
  expect(() => withTable('a', 'new')).toThrow('the text must have the marks');
});
