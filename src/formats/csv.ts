/** Comma-separated values (RFC 4180, line ends LF or CRLF) in and out by papaparse: the one file that knows it. */
import Papa from 'papaparse';
import { InputError } from '../spec/input-error.ts';
import type { RowParser, RowSink } from './rows.ts';
import { refuseLongRow, rowCharacters } from './rows.ts';

interface Parsed {
  readonly data: readonly (readonly string[])[];
  readonly errors: readonly { readonly code: string; readonly row: number }[];
  readonly meta: { readonly cursor: number };
}

/**
 * Parses CSV piece by piece; rows go to `sink` with the line they begin at, empty lines as rows without fields.
 *
 * @param name what messages call the file
 * @throws InputError (from push and end) for a quote that is not closed or not doubled, and for a row that is too long.
 */
export function createCsvParser(name: string, sink: RowSink): RowParser {
  const parser = new Papa.Parser({ delimiter: ',', newline: '\n' });
  let rest = '';
  let line = 1;
  const parse = (isLast: boolean): void => {
    const { data, errors, meta }: Parsed = parser.parse(rest, 0, !isLast);
    const wrong = errors.filter(({ row }) => row < data.length);
    for (const [index, fields] of data.entries()) {
      const error = wrong.find(({ row }) => row === index);
      if (error?.code === 'MissingQuotes')
        throw new InputError(`${name} line ${line} must close the quote that it opens, got the end of the file`);
      if (error) throw new InputError(`${name} line ${line} must double a quote inside a quoted field, got a single one`);
      if (fields.reduce((sum, field) => sum + field.length, 0) > rowCharacters) refuseLongRow(name, line);
      const isEmpty = fields.length === 1 && fields[0] === '';
      sink(isEmpty ? [] : fields, line);
      line += 1 + fields.reduce((sum, field) => sum + lineEnds(field), 0);
    }
    rest = isLast ? '' : rest.slice(meta.cursor);
  };
  return {
    push(chunk) {
      rest += chunk;
      parse(false);
      if (rest.length > rowCharacters) refuseLongRow(name, line);
    },
    end() {
      if (rest !== '') parse(true);
    },
  };
}

/** Rows as lines of CSV, quoted where they must be; line ends inside fields become LF, as they do when a file is read. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((fields) => fields.map((field) => field.replaceAll(/\r+\n/g, '\n')));
  return `${Papa.unparse(lines, { newline: '\n' })}\n`;
}

function lineEnds(field: string): number {
  let count = 0;
  for (let at = field.indexOf('\n'); at !== -1; at = field.indexOf('\n', at + 1)) count++;
  return count;
}
