import { expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { parseText } from './rows.ts';
import { createTsvParser, writeTsv } from './tsv.ts';

function rowsOf(text: string): [readonly string[], number][] {
  const rows: [readonly string[], number][] = [];
  parseText(
    createTsvParser('a.tsv', (fields, line) => rows.push([fields, line])),
    text,
  );
  return rows;
}

test('a line is a row, quotes are only quotes', () => {
  expect(rowsOf('"a\tb"\n\n\tc\nd')).toEqual([
    [['"a', 'b"'], 1],
    [[], 2],
    [['', 'c'], 3],
    [['d'], 4],
  ]);
});

test('a line of 10 MB is refused', () => {
  const sentence = 'a.tsv line 2 must begin a row of at most 1,000,000 characters, got a longer one';
  expect(() => rowsOf(`a\n${'x'.repeat(10 << 20)}`)).toThrow(sentence);
  expect(() => rowsOf(`a\n${'x'.repeat(10 << 20)}\n`)).toThrow(sentence);
});

test.each(['a\tb', 'a\nb', 'a\r', '\uFEFFa'])('%j cannot be written', (field) => {
  expect(() => writeTsv([['x', field]])).toThrow(InputError);
  expect(() => writeTsv([['x', field]])).toThrow('a field of a .tsv file must have no tab, line end or byte order mark, got ');
});
