import type { LabeledText } from '../data/examples.ts';
import { writeCsv } from './csv.ts';
import { type ColumnOptions, columnNames, createRowReader, type ExampleReader, readWhole, requireText } from './example-reader.ts';
import { labelsSeenOnce } from './labels.ts';
import type { Reading } from './reading.ts';

const columns = ['text', 'label'] as const;
export type LabeledTextOptions = ColumnOptions<(typeof columns)[number]>;

/** A reader of `.csv` rows `text,label`; other columns may stand beside them. A row whose label no other has is skipped. */
export function createLabeledTextReader(name: string, options: LabeledTextOptions = {}): ExampleReader<LabeledText> {
  const names = columnNames(columns, options);
  return createRowReader<LabeledText>(
    { name, columns: names },
    options,
    ([text, label]) => ({ kind: 'labeled-text', text: requireText(text, names[0]), label: requireText(label, names[1]) }),
    (examples) => labelsSeenOnce(examples, names[1]),
  );
}

/**
 * Reads a `.csv` of `text,label`.
 *
 * @param name what messages call the file
 * @throws InputError for a missing column, more than 1 % of rows that cannot be taken, an empty file.
 */
export const readLabeledTexts = (text: string, name: string, options: LabeledTextOptions = {}): Reading<LabeledText> =>
  readWhole('csv', name, text, createLabeledTextReader(name, options));

/** Writes what readLabeledTexts reads back exactly (line ends as LF). @throws InputError for an empty text or label. */
export const writeLabeledTexts = (examples: readonly LabeledText[]): string =>
  writeCsv([columns, ...examples.map(({ text, label }) => [requireText(text, 'text'), requireText(label, 'label')])]);
