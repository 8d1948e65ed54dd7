import type { TextPair } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';
import { type ColumnOptions, columnNames, createRowReader, type ExampleReader, readWhole, requireText } from './example-reader.ts';
import { quoteField, type Reading } from './reading.ts';
import { writeTsv } from './tsv.ts';

const columns = ['source', 'target'] as const;
export type TextPairOptions = ColumnOptions<(typeof columns)[number]>;

/** A reader of `.tsv` lines `source<TAB>target`. The first line may name the columns, and must where they have other names or neighbours. */
export function createTextPairReader(name: string, options: TextPairOptions = {}): ExampleReader<TextPair> {
  const names = columnNames(columns, options);
  const reader = createRowReader<TextPair>(
    { name, columns: names, header: options.columns ? 'required' : 'allowed' },
    options,
    ([source, target]) => ({ kind: 'text-pair', source: requireText(source, names[0]), target: requireText(target, names[1]) }),
  );
  let first: { readonly text: string; readonly line: number } | undefined;
  let hasTab = false;
  return {
    sink(fields, line) {
      if (fields.length === 1) first ??= { text: fields[0], line };
      hasTab ||= fields.length > 1;
      reader.sink(fields, line);
    },
    end() {
      if (first && !hasTab)
        throw new InputError(
          `${name} must have two columns with a tab between them, got one column: line ${first.line} is ${quoteField(first.text)}`,
        );
      return reader.end();
    },
  };
}

/**
 * Reads a `.tsv` of pairs, see createTextPairReader.
 *
 * @param name what messages call the file
 * @throws InputError for a file without tabs, more than 1 % of rows that cannot be taken, an empty file.
 */
export const readTextPairs = (text: string, name: string, options: TextPairOptions = {}): Reading<TextPair> =>
  readWhole('tsv', name, text, createTextPairReader(name, options));

/** Writes what readTextPairs reads back exactly. @throws InputError for an empty side, and for tabs and line ends, which a `.tsv` cannot say. */
export const writeTextPairs = (pairs: readonly TextPair[]): string =>
  writeTsv([columns, ...pairs.map(({ source, target }) => [requireText(source, 'source'), requireText(target, 'target')])]);
