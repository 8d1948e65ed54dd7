/** What every reader of examples returns: the examples and, never silently, the rows that it could not take. */
import { InputError } from '../spec/input-error.ts';

/** A row that a reader left out. */
export interface Skipped {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  /** What it wanted and what it found, such as `price must be a number, got 'n/a'`. */
  readonly reason: string;
}

/** What a file holds. */
export interface Reading<Value> {
  readonly examples: readonly Value[];
  readonly skipped: readonly Skipped[];
  /** What is skipped one by one, such as `rows`. */
  readonly unit: string;
  /** How many there were, skipped ones included. */
  readonly total: number;
}

/** What all readers take. */
export interface ReadingOptions {
  /** Goes on whatever share of the rows is skipped; default false, which allows 1 %. */
  readonly allowSkipped?: boolean;
}

const allowedShare = 0.01;
const shown = 3;
const shownCharacters = 60;

/** `skipped 3 of 500 rows (line 7: price must be a number, got 'n/a'; ...)`; undefined if none were. */
export function describeSkipped({ skipped, total, unit }: Omit<Reading<unknown>, 'examples'>): string | undefined {
  return skipped.length === 0 ? undefined : `skipped ${skipped.length} of ${total} ${unit} (${firstOf(skipped)})`;
}

/**
 * Closes a reading.
 *
 * @throws InputError if more than 1 % was skipped, unless that is allowed, or if no example is left.
 */
export function finishReading<Value>(name: string, reading: Reading<Value>, { allowSkipped = false }: ReadingOptions = {}): Reading<Value> {
  const { examples, skipped, total, unit } = reading;
  const sorted = [...skipped].sort((left, right) => left.line - right.line);
  if (skipped.length > allowedShare * total && !allowSkipped)
    throw new InputError(
      `${name} must have at most 1 % of ${unit} that cannot be read (or allowSkipped), got ${skipped.length} of ${total} (${firstOf(sorted)})`,
    );
  if (examples.length === 0)
    throw new InputError(`${name} must hold at least one example, got none${skipped.length > 0 ? ` (${firstOf(sorted)})` : ''}`);
  return { examples, skipped: sorted, total, unit };
}

function firstOf(skipped: readonly Skipped[]): string {
  const first = skipped.slice(0, shown).map(({ line, reason }) => `line ${line}: ${reason}`);
  const more = skipped.length - first.length;
  return [...first, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** A field as a message shows it: in quotes, long ones cut, line ends visible. */
export function quoteField(field: string): string {
  const characters = [...field.slice(0, 2 * shownCharacters)];
  const text = characters.slice(0, shownCharacters).join('').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return characters.length > shownCharacters ? `'${text}...' (${field.length} characters)` : `'${text}'`;
}
