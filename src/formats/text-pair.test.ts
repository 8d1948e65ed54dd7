import { expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { readTextPairs, writeTextPairs } from './text-pair.ts';

test('a file without a header has two columns', () => {
  expect(readTextPairs('hello\tbonjour\n"no"\tnon\n', 'a.tsv').examples).toEqual([
    { kind: 'text-pair', source: 'hello', target: 'bonjour' },
    { kind: 'text-pair', source: '"no"', target: 'non' },
  ]);
});

test('named columns may stand anywhere', () => {
  const text = 'id\tfr\ten\n1\tbonjour\thello\n';
  expect(readTextPairs(text, 'a.tsv', { columns: { source: 'en', target: 'fr' } }).examples).toEqual([
    { kind: 'text-pair', source: 'hello', target: 'bonjour' },
  ]);
});

test.each([
  ['one\ntwo\n', "a.tsv must have two columns with a tab between them, got one column: line 1 is 'one'"],
  ['', "a.tsv must have the columns 'source', 'target', got an empty file"],
  [
    'a\tb\nc\n',
    "a.tsv must have at most 1 % of rows that cannot be read (or allowSkipped), got 1 of 2 (line 2: a row must have 2 fields (source, target), got one ('c'))",
  ],
])('%j is refused', (text, message) => {
  expect(() => readTextPairs(text, 'a.tsv')).toThrow(new InputError(message));
});

test.each([
  ['a\tb\tc', 'a row must have 2 fields (source, target), got 3'],
  ['\tb', 'source must not be empty'],
  ['a\t', 'target must not be empty'],
  ['', 'a row must have 2 fields (source, target), got an empty line'],
])('%j is skipped', (line, reason) => {
  const { examples, skipped } = readTextPairs(`x\ty\n${line}\nz\tw\n`, 'a.tsv', { allowSkipped: true });
  expect([examples.length, skipped]).toEqual([2, [{ line: 2, reason }]]);
});

test('what cannot be read is not written', () => {
  expect(() => writeTextPairs([{ kind: 'text-pair', source: 'a', target: '' }])).toThrow('target must not be empty');
  expect(() => writeTextPairs([{ kind: 'text-pair', source: 'a\nb', target: 'c' }])).toThrow(InputError);
});
