/** Which kind of examples a file holds, by its header and first lines. */
import type { ExampleKind } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';
import { columnList } from './table.ts';

/** The columns by which a header is recognised, under their usual names. */
export const columnsOf = {
  'labeled-text': ['text', 'label'],
  'labeled-sequence': ['sequence', 'label'],
  'valued-sequence': ['sequence', 'value'],
  'signal-pair': ['input', 'target'],
  'tagged-sentence': ['token', 'tag'],
  'captioned-image': ['file', 'caption'],
} as const satisfies Partial<Record<ExampleKind, readonly string[]>>;

type Columned = keyof typeof columnsOf;
export type CsvKind = Columned | 'series';

const columned = Object.keys(columnsOf) as Columned[];

export interface RecogniseOptions {
  /** Column names of this file by their usual name. */
  readonly columns?: Readonly<Record<string, string>>;
  /** The column of a series. */
  readonly column?: string;
}

/**
 * The kind of a `.csv` with these columns: the only one that has the columns that are given, or whose columns are all there, or a series if there is
 * one column besides dates.
 *
 * @throws InputError that lists the columns if none fits, or several do.
 */
export function recogniseCsv(name: string, header: readonly string[], { columns = {}, column }: RecogniseOptions): CsvKind {
  if (column !== undefined) return 'series';
  const given = Object.keys(columns);
  const meant = columned.filter((kind) => given.every((key) => (columnsOf[kind] as readonly string[]).includes(key)));
  if (meant.length === 0)
    throw new InputError(`columns must belong together (${pairs()}), got ${given.map((key) => `'${key}'`).join(', ')}`);
  if (meant.length === 1) return meant[0];
  const fitting = meant.filter((kind) => columnsOf[kind].every((wanted) => header.includes(columns[wanted] ?? wanted)));
  if (fitting.length === 1) return fitting[0];
  if (fitting.length > 1)
    throw new InputError(
      `${name} must have the columns of one kind of examples, or the kind be said, got those of ${fitting.join(' and ')}`,
    );
  if (given.length > 0) throw new InputError(`${name} must have the columns ${pairs()}, got ${columnList(header)}`);
  const others = header.filter((field) => !['series', 'date'].includes(field.toLowerCase()));
  if (others.length === 1 || header.includes('value')) return 'series';
  throw new InputError(`${name} must have the columns ${pairs()}, or a column of numbers that is named, got ${columnList(header)}`);
}

const pairs = (): string => columned.map((kind) => columnsOf[kind].join(' and ')).join(', ');

const fewEmptyLines = 0.01;

/**
 * The kind of a `.tsv` that begins like this: its header says it; without one, empty lines between lines of single words are sentences of tagged tokens,
 * and no empty lines (or only a few, by mistake) are pairs of texts.
 *
 * @throws InputError if there are many empty lines and fields of several words: that is neither.
 */
export function recogniseTsv(name: string, beginning: string): 'text-pair' | 'tagged-sentence' {
  const lines = beginning.trimEnd().split('\n');
  const header = lines[0].split('\t').map((field) => field.trim());
  if (columnsOf['tagged-sentence'].every((column) => header.includes(column))) return 'tagged-sentence';
  if (['source', 'target'].every((column) => header.includes(column))) return 'text-pair';
  const empty = lines.slice(1).filter((line) => line === '').length;
  if (empty <= fewEmptyLines * lines.length) return 'text-pair';
  if (!lines.some((line) => line.includes(' '))) return 'tagged-sentence';
  throw new InputError(
    `${name} must hold pairs of texts without empty lines, or tokens and tags without spaces, or the kind be said, got ${empty} empty of ${lines.length} lines and fields with spaces`,
  );
}
