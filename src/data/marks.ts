import { InputError } from '../spec/input-error.ts';
import { describeValue, requireOneOf } from '../spec/validation.ts';

/** Tokens that stand for no text: padding after a sequence, its begin and end, and whatever the vocabulary does not know. */
export type Mark = 'pad' | 'begin' | 'end' | 'unknown';

/** The id of each mark that a vocabulary has. */
export type MarkIds = Readonly<Partial<Record<Mark, number>>>;

const order: readonly Mark[] = ['pad', 'begin', 'end', 'unknown'];

/** What a mark looks like among the symbols. */
export const markSymbol = (mark: Mark): string => `<${mark}>`;

/**
 * Marks in the order of their ids, which are the first of a vocabulary: pad, begin, end, unknown.
 *
 * @throws InputError for a word that is no mark, or one that is given twice.
 */
export function orderMarks(marks: unknown): readonly Mark[] {
  if (!Array.isArray(marks)) throw new InputError(`marks must be a list of marks, got ${describeValue(marks)}`);
  for (const mark of marks) requireOneOf('mark', mark, order);
  if (new Set(marks).size !== marks.length) throw new InputError(`marks must each occur once, got ${describeValue(marks)}`);
  return order.filter((mark) => marks.includes(mark));
}

export const markIds = (marks: readonly Mark[]): MarkIds => Object.freeze(Object.fromEntries(marks.map((mark, id) => [mark, id])));
