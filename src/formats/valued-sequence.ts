import type { ValuedSequence } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';
import { writeCsv } from './csv.ts';
import { type ColumnOptions, columnNames, createRowReader, type ExampleReader, readWhole, requireText } from './example-reader.ts';
import { readNumber, writeNumber } from './numbers.ts';
import type { Reading } from './reading.ts';

const columns = ['sequence', 'value'] as const;
export type ValuedSequenceOptions = ColumnOptions<(typeof columns)[number]>;

/**
 * A reader of `.csv` rows `sequence,value`. A sequence of one number per time step has spaces between them: `0.5 1 -2`. With several numbers per step,
 * steps have `;` between (or after) them: `0.5 1;0.25 0`, and a single step ends in one: `0.5 1;`. All steps of a file have the same size.
 */
export function createValuedSequenceReader(name: string, options: ValuedSequenceOptions = {}): ExampleReader<ValuedSequence> {
  const names = columnNames(columns, options);
  let size: number | undefined;
  return createRowReader<ValuedSequence>({ name, columns: names }, options, ([sequence, value]) => {
    const steps = readSequence(requireText(sequence.trim(), names[0]), names[0]);
    const wanted = size ?? steps[0].length;
    const wrong = steps.findIndex((step) => step.length !== wanted);
    if (wrong !== -1) {
      const like = size === undefined ? 'its first step' : 'the steps before';
      throw new InputError(`${names[0]} step ${wrong + 1} must have ${countOf(wanted)} like ${like}, got ${steps[wrong].length}`);
    }
    const example: ValuedSequence = { kind: 'valued-sequence', sequence: steps, value: readNumber(value, names[1]) };
    size = wanted;
    return example;
  });
}

/**
 * Reads a `.csv` of `sequence,value`, see createValuedSequenceReader.
 *
 * @param name what messages call the file
 * @throws InputError for a missing column, more than 1 % of rows that cannot be taken, an empty file.
 */
export const readValuedSequences = (text: string, name: string, options: ValuedSequenceOptions = {}): Reading<ValuedSequence> =>
  readWhole('csv', name, text, createValuedSequenceReader(name, options));

/** Writes what readValuedSequences reads back exactly. @throws InputError for numbers that are not finite, sequences without steps or with empty ones. */
export const writeValuedSequences = (examples: readonly ValuedSequence[]): string =>
  writeCsv([columns, ...examples.map(({ sequence, value }) => [writeSequence(sequence), writeNumber(value, 'value')])]);

function readSequence(text: string, what: string): number[][] {
  const numbers = (part: string): number[] =>
    requireText(part.trim(), `${what} step`)
      .split(/\s+/)
      .map((field) => readNumber(field, what));
  if (!text.includes(';')) return numbers(text).map((value) => [value]);
  return (text.endsWith(';') ? text.slice(0, -1) : text).split(';').map(numbers);
}

function writeSequence(sequence: ValuedSequence['sequence']): string {
  if (sequence.length === 0 || sequence.some((step) => step.length === 0))
    throw new InputError('sequence must have at least one step of at least one number, got an empty one');
  const steps = sequence.map((step) => step.map((value) => writeNumber(value, 'sequence')).join(' '));
  if (sequence.every((step) => step.length === 1)) return steps.join(' ');
  return steps.length === 1 ? `${steps[0]};` : steps.join(';');
}

const countOf = (size: number): string => (size === 1 ? 'one number' : `${size} numbers`);
