/** Rows of a file, parsed piece by piece, so that no reader needs the whole text at once. */
import { InputError } from '../spec/input-error.ts';

/** Takes the fields of one row (none: an empty line) and the line at which it begins, from 1. */
export type RowSink = (fields: readonly string[], line: number) => void;

/** Turns pieces of text (line ends LF) into rows; `end` comes after the last piece. */
export interface RowParser {
  push(chunk: string): void;
  end(): void;
}

/** A row longer than this is no row but a mistake, such as a quote left open. */
export const rowCharacters = 1_000_000;

const chunkCharacters = 1 << 18;

/** Throws the sentence about a row that is too long. */
export function refuseLongRow(name: string, line: number): never {
  throw new InputError(
    `${name} line ${line} must begin a row of at most ${rowCharacters.toLocaleString('en')} characters, got a longer one (is a quote left open?)`,
  );
}

/** Pushes a whole text. */
export function parseText(parser: RowParser, text: string): void {
  for (let start = 0; start < text.length; start += chunkCharacters) parser.push(text.slice(start, start + chunkCharacters));
  parser.end();
}
