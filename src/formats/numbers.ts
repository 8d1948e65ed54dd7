/** Numbers as fields of a file: exact both ways. */
import { InputError } from '../spec/input-error.ts';
import { quoteField } from './reading.ts';

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A field as a finite number; spaces around it do not matter.
 *
 * @param what what messages call it
 * @throws InputError for anything else: text, hexadecimal, 1,234, infinity, nothing.
 */
export function readNumber(field: string, what: string): number {
  const text = field.trim();
  const value = decimal.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new InputError(`${what} must be a number, got ${quoteField(field)}`);
  return value;
}

/**
 * The shortest text that reads back as the same number, zero's sign included.
 *
 * @throws InputError unless it is finite.
 */
export function writeNumber(value: number, what: string): string {
  if (!Number.isFinite(value)) throw new InputError(`${what} must be a finite number, got ${value}`);
  return Object.is(value, -0) ? '-0' : String(value);
}
