import type { LabeledSequence } from '../data/examples.ts';
import { writeCsv } from './csv.ts';
import { type ColumnOptions, columnNames, createRowReader, type ExampleReader, readWhole, requireText } from './example-reader.ts';
import { labelsSeenOnce } from './labels.ts';
import type { Reading } from './reading.ts';
import { createSequenceReader, writeSequence } from './sequence-field.ts';

const columns = ['sequence', 'label'] as const;
export type LabeledSequenceOptions = ColumnOptions<(typeof columns)[number]>;

/** A reader of `.csv` rows `sequence,label`; for how a sequence is written see sequence-field.ts, for labels labels.ts. */
export function createLabeledSequenceReader(name: string, options: LabeledSequenceOptions = {}): ExampleReader<LabeledSequence> {
  const names = columnNames(columns, options);
  const readSequence = createSequenceReader(names[0]);
  return createRowReader<LabeledSequence>(
    { name, columns: names },
    options,
    ([sequence, text]) => {
      const label = requireText(text, names[1]);
      return { kind: 'labeled-sequence', sequence: readSequence(sequence), label };
    },
    (examples) => labelsSeenOnce(examples, names[1]),
  );
}

/**
 * Reads a `.csv` of `sequence,label`.
 *
 * @param name what messages call the file
 * @throws InputError for a missing column, more than 1 % of rows that cannot be taken, an empty file.
 */
export const readLabeledSequences = (text: string, name: string, options: LabeledSequenceOptions = {}): Reading<LabeledSequence> =>
  readWhole('csv', name, text, createLabeledSequenceReader(name, options));

/** Writes what readLabeledSequences reads back exactly. @throws InputError for empty labels, and what a sequence cannot say. */
export const writeLabeledSequences = (examples: readonly LabeledSequence[]): string =>
  writeCsv([columns, ...examples.map(({ sequence, label }) => [writeSequence(sequence), requireText(label, 'label')])]);
