import type { Series } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';
import { writeCsv } from './csv.ts';
import { type ExampleReader, readWhole } from './example-reader.ts';
import { readNumber, writeNumber } from './numbers.ts';
import { finishReading, type Reading, type ReadingOptions, type Skipped } from './reading.ts';
import { columnList, createTable } from './table.ts';

export interface SeriesOptions extends ReadingOptions {
  /** The column with the numbers; may be left out where there is only one besides the two below, or one that is called `value`. */
  readonly column?: string;
  /** A column that says to which series a row belongs; default `series`, which may be missing: then all rows are one. */
  readonly by?: string;
  /** A column of ISO dates; default `date`, upper or lower case alike, which may be missing. A series whose dates descend is turned round. */
  readonly date?: string;
}

interface Part {
  readonly values: number[];
  first?: string | undefined;
  last?: string | undefined;
}

const isoDate = /^\d{4}-\d\d-\d\d([T ].*)?$/;

/** A reader of `.csv` rows with a number each, such as daily prices. */
export function createSeriesReader(name: string, options: SeriesOptions = {}): ExampleReader<Series> {
  const parts = new Map<string, Part>();
  const skipped: Skipped[] = [];
  let table: ReturnType<typeof createTable> | undefined;
  const begin = (header: readonly string[]): ReturnType<typeof createTable> => {
    const { column, by, date } = chooseColumns(name, header, options);
    return createTable({
      name,
      columns: [column],
      optional: [by, date],
      onRow([field, key = '', day]) {
        const value = readNumber(field, column);
        const part = parts.get(key) ?? { values: [], first: day };
        parts.set(key, part);
        part.values.push(value);
        part.last = day;
      },
      onSkipped: (row) => skipped.push(row),
    });
  };
  return {
    sink(fields, line) {
      if (fields.length > 0) table ??= begin(fields.map((field) => field.trim()));
      else if (!table) throw new InputError(`${name} line ${line} must name the columns, got an empty line`);
      table.sink(fields, line);
    },
    end() {
      if (!table) throw new InputError(`${name} must name its columns in the first line, got an empty file`);
      const examples = [...parts.values()].map(
        (part): Series => ({ kind: 'series', values: isNewestFirst(part) ? part.values.reverse() : part.values }),
      );
      return finishReading(name, { examples, skipped, unit: 'rows', total: table.rows }, options);
    },
  };
}

/**
 * Reads a `.csv` of one or several series, see SeriesOptions.
 *
 * @param name what messages call the file
 * @throws InputError for a missing column, more than 1 % of rows that cannot be taken, an empty file.
 */
export const readSeries = (text: string, name: string, options: SeriesOptions = {}): Reading<Series> =>
  readWhole('csv', name, text, createSeriesReader(name, options));

/**
 * Writes what readSeries reads back exactly: a column `value`, and with more than one series a column `series` that counts from 1.
 *
 * @throws InputError for numbers that are not finite, and empty series.
 */
export function writeSeries(examples: readonly Series[]): string {
  if (examples.some(({ values }) => values.length === 0)) throw new InputError('a series must have at least one value, got none');
  if (examples.length === 1) return writeCsv([['value'], ...examples[0].values.map((value) => [writeNumber(value, 'value')])]);
  const rows = examples.flatMap(({ values }, index) => values.map((value) => [String(index + 1), writeNumber(value, 'value')]));
  return writeCsv([['series', 'value'], ...rows]);
}

function chooseColumns(name: string, header: readonly string[], options: SeriesOptions): { column: string; by: string; date: string } {
  const named = [options.by, options.date].filter((column) => column !== undefined);
  const missing = named.find((column) => !header.includes(column));
  if (missing !== undefined) throw new InputError(`${name} must have ${columnList([missing])}, got ${columnList(header)}`);
  const by = options.by ?? 'series';
  const date = options.date ?? header.find((column) => column.toLowerCase() === 'date') ?? 'date';
  const others = header.filter((column) => column !== by && column !== date);
  const column = options.column ?? (others.includes('value') ? 'value' : others.length === 1 ? others[0] : undefined);
  if (column === undefined) throw new InputError(`${name} wants the name of the column with the numbers, one of ${columnList(header)}`);
  return { column, by, date };
}

const isNewestFirst = ({ first, last }: Part): boolean =>
  first !== undefined && last !== undefined && isoDate.test(first) && isoDate.test(last) && first > last;
