/** Tab-separated values: a line is a row, a tab parts fields, and nothing is quoted, so that quotes in a text are only quotes. */
import { InputError } from '../spec/input-error.ts';
import { quoteField } from './reading.ts';
import { type RowParser, type RowSink, refuseLongRow, rowCharacters } from './rows.ts';

/**
 * Parses TSV piece by piece; rows go to `sink` with their line, empty lines as rows without fields.
 *
 * @param name what messages call the file
 * @throws InputError (from push and end) for a line that is too long.
 */
export function createTsvParser(name: string, sink: RowSink): RowParser {
  let rest = '';
  let line = 1;
  const emit = (text: string): void => {
    if (text.length > rowCharacters) refuseLongRow(name, line);
    sink(text === '' ? [] : text.split('\t'), line++);
  };
  return {
    push(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) emit(text);
      if (rest.length > rowCharacters) refuseLongRow(name, line);
    },
    end() {
      if (rest !== '') emit(rest);
    },
  };
}

/**
 * Rows as lines of TSV; a row without fields is an empty line.
 *
 * @throws InputError for a field that holds a tab or a line end, or begins with a byte order mark: the format has no way to say them.
 */
export function writeTsv(rows: readonly (readonly string[])[]): string {
  for (const field of rows.flat()) {
    if (/[\t\n\r]|^\uFEFF/.test(field))
      throw new InputError(`a field of a .tsv file must have no tab, line end or byte order mark, got ${quoteField(field)}`);
  }
  return rows.map((fields) => `${fields.join('\t')}\n`).join('');
}
