/**
 * Vectors over time as one field of a file. One number per time step has spaces between the steps: `0.5 1 -2`. With several numbers per step, steps have
 * `;` between (or after) them: `0.5 1;0.25 0`, and a single step ends in one: `0.5 1;`.
 */
import { InputError } from '../spec/input-error.ts';
import { requireText } from './example-reader.ts';
import { readNumber, writeNumber } from './numbers.ts';

export type Sequence = readonly (readonly number[])[];

/**
 * Reads the sequences of one file, whose steps must all have the same size.
 *
 * @param what what messages call the field
 * @returns what throws InputError for text among the numbers, an empty field, and a step of another size
 */
export function createSequenceReader(what: string): (field: string) => Sequence {
  let size: number | undefined;
  return (field) => {
    const steps = readSteps(requireText(field.trim(), what), what);
    const wanted = size ?? steps[0].length;
    const wrong = steps.findIndex((step) => step.length !== wanted);
    if (wrong !== -1) {
      const like = size === undefined ? 'its first step' : 'the steps before';
      throw new InputError(`${what} step ${wrong + 1} must have ${countOf(wanted)} like ${like}, got ${steps[wrong].length}`);
    }
    size = wanted;
    return steps;
  };
}

/** Writes what reads back exactly. @throws InputError for numbers that are not finite, and sequences without steps or with empty ones. */
export function writeSequence(sequence: Sequence): string {
  if (sequence.length === 0 || sequence.some((step) => step.length === 0))
    throw new InputError('sequence must have at least one step of at least one number, got an empty one');
  const steps = sequence.map((step) => step.map((value) => writeNumber(value, 'sequence')).join(' '));
  if (sequence.every((step) => step.length === 1)) return steps.join(' ');
  return steps.length === 1 ? `${steps[0]};` : steps.join(';');
}

function readSteps(text: string, what: string): Sequence {
  const numbers = (part: string): number[] =>
    requireText(part.trim(), `${what} step`)
      .split(/\s+/)
      .map((field) => readNumber(field, what));
  if (!text.includes(';')) return numbers(text).map((value) => [value]);
  return (text.endsWith(';') ? text.slice(0, -1) : text).split(';').map(numbers);
}

const countOf = (size: number): string => (size === 1 ? 'one number' : `${size} numbers`);
