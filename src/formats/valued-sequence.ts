import type { ValuedSequence } from '../data/examples.ts';
import { writeCsv } from './csv.ts';
import { type ColumnOptions, columnNames, createRowReader, type ExampleReader, readWhole } from './example-reader.ts';
import { readNumber, writeNumber } from './numbers.ts';
import type { Reading } from './reading.ts';
import { createSequenceReader, writeSequence } from './sequence-field.ts';

const columns = ['sequence', 'value'] as const;
export type ValuedSequenceOptions = ColumnOptions<(typeof columns)[number]>;

/** A reader of `.csv` rows `sequence,value`; for how a sequence is written see sequence-field.ts. */
export function createValuedSequenceReader(name: string, options: ValuedSequenceOptions = {}): ExampleReader<ValuedSequence> {
  const names = columnNames(columns, options);
  const readSequence = createSequenceReader(names[0]);
  return createRowReader<ValuedSequence>({ name, columns: names }, options, ([sequence, value]) => {
    const number = readNumber(value, names[1]);
    return { kind: 'valued-sequence', sequence: readSequence(sequence), value: number };
  });
}

/**
 * Reads a `.csv` of `sequence,value`.
 *
 * @param name what messages call the file
 * @throws InputError for a missing column, more than 1 % of rows that cannot be taken, an empty file.
 */
export const readValuedSequences = (text: string, name: string, options: ValuedSequenceOptions = {}): Reading<ValuedSequence> =>
  readWhole('csv', name, text, createValuedSequenceReader(name, options));

/** Writes what readValuedSequences reads back exactly. @throws InputError for numbers that are not finite, sequences without steps or with empty ones. */
export const writeValuedSequences = (examples: readonly ValuedSequence[]): string =>
  writeCsv([columns, ...examples.map(({ sequence, value }) => [writeSequence(sequence), writeNumber(value, 'value')])]);
