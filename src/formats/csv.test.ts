import { describe, expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { createCsvParser, writeCsv } from './csv.ts';
import { parseText, type RowParser, rowCharacters } from './rows.ts';

type Row = [readonly string[], number];

function rowsOf(text: string, feed: (parser: RowParser, text: string) => void = parseText): Row[] {
  const rows: Row[] = [];
  feed(
    createCsvParser('a.csv', (fields, line) => rows.push([fields, line])),
    text,
  );
  return rows;
}

const byCharacter = (parser: RowParser, text: string): void => {
  for (const character of text) parser.push(character);
  parser.end();
};

describe('rows and their lines', () => {
  test.each<[string, Row[]]>([
    ['', []],
    ['a,b', [[['a', 'b'], 1]]],
    ['a,b\n', [[['a', 'b'], 1]]],
    [
      'a\n\nb\n',
      [
        [['a'], 1],
        [[], 2],
        [['b'], 3],
      ],
    ],
    [
      '"a\n\nb",c\nd,e\n',
      [
        [['a\n\nb', 'c'], 1],
        [['d', 'e'], 4],
      ],
    ],
    ['"say ""so""",x\n', [[['say "so"', 'x'], 1]]],
    ['it"s,5" tall\n', [[['it"s', '5" tall'], 1]]],
    [',\n', [[['', ''], 1]]],
  ])('%j', (text, rows) => {
    expect(rowsOf(text)).toEqual(rows);
    expect(rowsOf(text, byCharacter)).toEqual(rows);
  });
});

describe('what is refused', () => {
  test('a quote that is left open', () => {
    expect(() => rowsOf('a,b\nc,"d\ne,f\n')).toThrow(
      new InputError('a.csv line 2 must close the quote that it opens, got the end of the file'),
    );
  });

  test('a single quote inside a quoted field', () => {
    expect(() => rowsOf('a,b\nc,d\n"Great" movie,good\n')).toThrow(
      new InputError('a.csv line 3 must double a quote inside a quoted field, got a single one'),
    );
  });

  test('a line of 10 MB, in one piece, in many, and as many short fields', () => {
    const sentence = 'a.csv line 2 must begin a row of at most 1,000,000 characters, got a longer one (is a quote left open?)';
    expect(() => rowsOf(`a\n${'x'.repeat(10 << 20)}\n`)).toThrow(new InputError(sentence));
    expect(() => rowsOf(`a\n${'x'.repeat(10 << 20)}\n`, (parser, text) => parser.push(text))).toThrow(sentence);
    expect(() => rowsOf(`a\n${'x,'.repeat(5 << 20)}\n`)).toThrow(sentence);
    expect(rowsOf(`a\n${'x'.repeat(rowCharacters)}\n`)).toHaveLength(2);
  });

  test('an open quote is found long before the end of a large file', () => {
    let pieces = 0;
    const parser = createCsvParser('a.csv', () => undefined);
    expect(() => {
      for (; pieces < 1000; pieces++) parser.push(`"${'x'.repeat(100_000)}\n`.slice(pieces === 0 ? 0 : 1));
    }).toThrow('(is a quote left open?)');
    expect(pieces).toBeLessThan(12);
  });
});

test('line ends inside a field are written as LF', () => {
  expect(writeCsv([['a\r\nb', 'c']])).toBe('"a\nb",c\n');
});
