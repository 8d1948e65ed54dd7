import { InputError } from '../spec/input-error.ts';
import { createCsvParser } from './csv.ts';
import { finishReading, type Reading, type ReadingOptions, type Skipped } from './reading.ts';
import { parseText, type RowParser, type RowSink } from './rows.ts';
import { createTable, type TableOptions } from './table.ts';
import { createTsvParser } from './tsv.ts';

export type Separated = 'csv' | 'tsv';

/** Takes the rows of one file and gives its examples. */
export interface ExampleReader<Value> {
  readonly sink: RowSink;
  /** @throws InputError if too many rows were skipped, or no example is left */
  end(): Reading<Value>;
}

/** How the columns of a file are called where it is not as the format says: `{ label: 'stars' }`. */
export interface ColumnOptions<Column extends string> extends ReadingOptions {
  readonly columns?: Partial<Readonly<Record<Column, string>>>;
}

export const createParser = (format: Separated, name: string, sink: RowSink): RowParser =>
  (format === 'csv' ? createCsvParser : createTsvParser)(name, sink);

/**
 * Reads a whole text.
 *
 * @throws InputError as parser and reader do.
 */
export function readWhole<Value>(format: Separated, name: string, text: string, reader: ExampleReader<Value>): Reading<Value> {
  parseText(createParser(format, name, reader.sink), text);
  return reader.end();
}

/** The columns' names in this file. */
export function columnNames<Column extends string>(
  columns: readonly Column[],
  { columns: names = {} }: ColumnOptions<Column>,
): readonly string[] {
  return columns.map((column) => (names as Partial<Record<Column, string>>)[column] ?? column);
}

/** A reader of one example a row. `take` throws InputError for a row that is none; `check` may skip more when all are known. */
export function createRowReader<Value>(
  table: Pick<TableOptions, 'name' | 'columns' | 'header'>,
  options: ReadingOptions,
  take: (fields: readonly string[], line: number) => Value,
  check: (values: readonly Value[]) => ReadonlyMap<Value, string> = () => new Map(),
): ExampleReader<Value> {
  const values: Value[] = [];
  const lines: number[] = [];
  const skipped: Skipped[] = [];
  const { sink, end } = createTable({
    ...table,
    onRow(fields, line) {
      values.push(take(fields, line));
      lines.push(line);
    },
    onSkipped: (row) => skipped.push(row),
  });
  return {
    sink,
    end() {
      end();
      const reasons = check(values);
      const wrong = values.flatMap((value, index) => {
        const reason = reasons.get(value);
        return reason === undefined ? [] : [{ line: lines[index], reason }];
      });
      const examples = reasons.size === 0 ? values : values.filter((value) => !reasons.has(value));
      const total = values.length + skipped.length;
      return finishReading(table.name, { examples, skipped: [...skipped, ...wrong], unit: 'rows', total }, options);
    },
  };
}

/** A reader of one example per group of rows, an empty line after each group. A wrong row makes its whole group skipped: a gap would shift the rest. */
export function createGroupReader<Value, Part>(
  table: Pick<TableOptions, 'name' | 'columns' | 'header'>,
  unit: string,
  options: ReadingOptions,
  take: (fields: readonly string[]) => Part,
  join: (parts: readonly Part[]) => Value,
): ExampleReader<Value> {
  const examples: Value[] = [];
  const skipped: Skipped[] = [];
  let parts: Part[] = [];
  let problem: Skipped | undefined;
  const close = (): void => {
    if (problem) skipped.push(problem);
    else if (parts.length > 0) examples.push(join(parts));
    parts = [];
    problem = undefined;
  };
  const { sink, end } = createTable({
    ...table,
    onRow: (fields) => parts.push(take(fields)),
    onEmptyLine: close,
    onSkipped: (row) => {
      problem ??= row;
    },
  });
  return {
    sink,
    end() {
      close();
      end();
      return finishReading(table.name, { examples, skipped, unit, total: examples.length + skipped.length }, options);
    },
  };
}

/** The text, if there is one. */
export function requireText(text: string, what: string): string {
  if (text === '') throw new InputError(`${what} must not be empty`);
  return text;
}
