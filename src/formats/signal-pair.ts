import type { SignalPair } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';
import { writeCsv } from './csv.ts';
import { type ColumnOptions, columnNames, createGroupReader, type ExampleReader, readWhole } from './example-reader.ts';
import { readNumber, writeNumber } from './numbers.ts';
import type { Reading } from './reading.ts';

const columns = ['input', 'target'] as const;
export type SignalPairOptions = ColumnOptions<(typeof columns)[number]>;

/** A reader of `.csv` rows `input,target`, a row per time step, an empty line after each signal. */
export function createSignalPairReader(name: string, options: SignalPairOptions = {}): ExampleReader<SignalPair> {
  const names = columnNames(columns, options);
  return createGroupReader(
    { name, columns: names },
    'signals',
    options,
    ([input, target]) => ({ input: readNumber(input, names[0]), target: readNumber(target, names[1]) }),
    (rows): SignalPair => ({ kind: 'signal-pair', input: rows.map(({ input }) => input), target: rows.map(({ target }) => target) }),
  );
}

/**
 * Reads a `.csv` of signals, see createSignalPairReader.
 *
 * @param name what messages call the file
 * @throws InputError for a missing column, more than 1 % of signals that cannot be taken, an empty file.
 */
export const readSignalPairs = (text: string, name: string, options: SignalPairOptions = {}): Reading<SignalPair> =>
  readWhole('csv', name, text, createSignalPairReader(name, options));

/** Writes what readSignalPairs reads back exactly. @throws InputError for numbers that are not finite, and signals that are empty or of two lengths. */
export const writeSignalPairs = (signals: readonly SignalPair[]): string =>
  writeCsv([columns]) + signals.map((signal) => `${writeCsv(rowsOf(signal))}\n`).join('');

function rowsOf({ input, target }: SignalPair): string[][] {
  if (input.length === 0 || input.length !== target.length)
    throw new InputError(
      `a signal must have as many targets as inputs, at least one, got ${input.length} inputs and ${target.length} targets`,
    );
  return input.map((value, index) => [writeNumber(value, 'input'), writeNumber(target[index], 'target')]);
}
