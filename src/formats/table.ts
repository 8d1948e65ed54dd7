/** Rows under a header: which field is which, and what happens to rows that cannot be taken. */
import { InputError } from '../spec/input-error.ts';
import { quoteField, type Skipped } from './reading.ts';
import type { RowSink } from './rows.ts';

export interface TableOptions {
  /** What messages call the file. */
  readonly name: string;
  /** The columns to take, in the order in which `onRow` gets them. */
  readonly columns: readonly string[];
  /** Columns that may be missing; `onRow` gets them after the others, undefined where missing. Default none. */
  readonly optional?: readonly string[];
  /**
   * `required`: the first row must name the columns, among others. `allowed`: a first row that names just these is a header; otherwise the file
   * has none, and these columns. Default required.
   */
  readonly header?: 'required' | 'allowed';
  /** Takes the fields of a row; an InputError that it throws becomes the reason why the row is skipped. */
  onRow(fields: readonly string[], line: number): void;
  /** Takes an empty line between rows; default: it is a row that is skipped. */
  onEmptyLine?(line: number): void;
  /** Hears of skipped rows. */
  onSkipped(skipped: Skipped): void;
}

export interface Table {
  readonly sink: RowSink;
  /** Rows seen, skipped ones included, the header and empty lines at the end of the file not. */
  readonly rows: number;
  /** @throws InputError if there was not even a header */
  end(): void;
}

/** A sink that maps rows to the wanted columns. Empty lines at the end of the file are nothing. */
export function createTable(options: TableOptions): Table {
  const { name, columns, optional = [], header = 'required', onRow, onEmptyLine, onSkipped } = options;
  let places: readonly (number | undefined)[] | undefined;
  let width = 0;
  let rows = 0;
  let empty: number[] = [];

  const begin = (fields: readonly string[]): 'header' | 'row' => {
    const names = fields.map((field) => field.trim());
    const isHeader =
      header === 'required' || (names.length === columns.length && columns.every((column, index) => column === names[index]));
    places = isHeader ? findColumns(name, columns, optional, names) : columns.map((_, index) => index);
    width = isHeader ? names.length : columns.length;
    return isHeader ? 'header' : 'row';
  };
  const attempt = (line: number, action: () => void): void => {
    try {
      action();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      onSkipped({ line, reason: error.message });
    }
  };
  const row = (fields: readonly string[], line: number): void => {
    rows++;
    attempt(line, () => {
      if (fields.length !== width) throw new InputError(`a row must have ${fieldsOf(width, columns)}, got ${describeRow(fields)}`);
      onRow(
        (places ?? []).map((place) => fields[place ?? -1]),
        line,
      );
    });
  };
  const releaseEmptyLines = (): void => {
    for (const line of empty) {
      if (onEmptyLine) onEmptyLine(line);
      else row([], line);
    }
    empty = [];
  };
  return {
    sink(fields, line) {
      if (fields.length === 0) {
        if (places) empty.push(line);
        else if (header === 'required') throw new InputError(`${name} line ${line} must name the columns, got an empty line`);
        return;
      }
      if (!places && begin(fields) === 'header') return;
      releaseEmptyLines();
      row(fields, line);
    },
    get rows() {
      return rows;
    },
    end() {
      if (!places) throw new InputError(`${name} must have ${columnList(columns)}, got an empty file`);
    },
  };
}

function findColumns(
  name: string,
  columns: readonly string[],
  optional: readonly string[],
  names: readonly string[],
): readonly (number | undefined)[] {
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) throw new InputError(`${name} must have ${columnList(missing)}, got ${columnList(names)}`);
  return [...columns.map((column) => names.indexOf(column)), ...optional.map((column) => placeOf(names, column))];
}

function placeOf(names: readonly string[], column: string): number | undefined {
  const place = names.indexOf(column);
  return place === -1 ? undefined : place;
}

/** `the columns 'text', 'label'`. */
export function columnList(columns: readonly string[]): string {
  const most = 20;
  const list = columns.slice(0, most).map(quoteField).join(', ');
  const more = columns.length > most ? ` and ${columns.length - most} more` : '';
  return columns.length === 1 ? `the column ${list}` : `the columns ${list}${more}`;
}

function fieldsOf(width: number, columns: readonly string[]): string {
  return width === columns.length ? `${width} field${width === 1 ? '' : 's'} (${columns.join(', ')})` : `${width} fields like the header`;
}

function describeRow(fields: readonly string[]): string {
  if (fields.length === 0) return 'an empty line';
  return fields.length === 1 ? `one (${quoteField(fields[0])})` : String(fields.length);
}
