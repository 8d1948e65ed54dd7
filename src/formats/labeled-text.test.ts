import { expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { readLabeledTexts, writeLabeledTexts } from './labeled-text.ts';

const rows = (count: number): string =>
  Array.from({ length: count }, (_, index) => `text ${index},${index % 2 ? 'good' : 'bad'}\n`).join('');

test('columns are found by name, others are passed over', () => {
  const text = 'id,stars,review\n1,5,"fine, really"\n2,5,good\n3,1,poor\n4,1,bad\n';
  const { examples, skipped, total } = readLabeledTexts(text, 'a.csv', { columns: { text: 'review', label: 'stars' } });
  expect(examples[0]).toEqual({ kind: 'labeled-text', text: 'fine, really', label: '5' });
  expect([examples.length, skipped.length, total]).toEqual([4, 0, 4]);
});

test.each([
  ['', "a.csv must have the columns 'text', 'label', got an empty file"],
  ['\n', 'a.csv line 1 must name the columns, got an empty line'],
  ['text,label\n', 'a.csv must hold at least one example, got none'],
  ['text,sentiment\na,b\n', "a.csv must have the column 'label', got the columns 'text', 'sentiment'"],
  ['text;label\na;b\n', "a.csv must have the columns 'text', 'label', got the column 'text;label'"],
])('%j is refused', (text, message) => {
  expect(() => readLabeledTexts(text, 'a.csv')).toThrow(new InputError(message));
});

test.each([
  ['a label seen once', 'odd,neutral\n', "label 'neutral' must occur at least twice in the file, got it once"],
  ['an empty line', '\n', 'a row must have 2 fields (text, label), got an empty line'],
  ['a field too many', 'well, well,good\n', 'a row must have 2 fields (text, label), got 3'],
  ['a field too few', 'well\n', "a row must have 2 fields (text, label), got one ('well')"],
  ['an empty text', ',good\n', 'text must not be empty'],
  ['an empty label', 'well,\n', 'label must not be empty'],
])('%s is skipped with its line, or refused where rows are few', (_, row, reason) => {
  const reading = readLabeledTexts(`text,label\n${rows(60)}${row}${rows(60)}`, 'a.csv');
  expect(reading.examples).toHaveLength(120);
  expect(reading.skipped).toEqual([{ line: 62, reason }]);
  expect(() => readLabeledTexts(`text,label\n${rows(4)}${row}${rows(4)}`, 'a.csv')).toThrow(`got 1 of 9 (line 6: ${reason})`);
  expect(readLabeledTexts(`text,label\n${rows(4)}${row}${rows(4)}`, 'a.csv', { allowSkipped: true }).examples).toHaveLength(8);
});

test('empty lines at the end are no rows', () => {
  expect(readLabeledTexts(`text,label\n${rows(4)}\n\n`, 'a.csv').total).toBe(4);
});

test('what cannot be read is not written', () => {
  expect(() => writeLabeledTexts([{ kind: 'labeled-text', text: '', label: 'good' }])).toThrow('text must not be empty');
});
