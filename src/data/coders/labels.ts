import { InputError } from '../../spec/input-error.ts';
import { describeValue } from '../../spec/validation.ts';

/** The classes of a softmax by name. */
export interface Labels {
  /** [V] by id, in code unit order. */
  readonly names: readonly string[];
  /** @throws InputError for a label that training had not. */
  idOf(label: string): number;
  /** The names of the largest outputs of some rows [rows, V]; of equal ones the first. */
  likeliest(output: ArrayLike<number>, first: number, rows: number): string[];
}

/** @throws InputError unless there are two labels or more */
export function createLabels(labels: Iterable<string>, what = 'label'): Labels {
  return labelsOf([...new Set(labels)].sort(), what);
}

/** The labels of these names, in this order. */
export function labelsOf(names: unknown, what = 'label'): Labels {
  const isList = Array.isArray(names) && names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
  if (!isList) throw new InputError(`${what}s must be a list of different names, got ${describeValue(names)}`);
  if (names.length < 2) throw new InputError(`${what}s must be at least two to tell apart, got ${describeValue(names)}`);
  const known: readonly string[] = Object.freeze([...names]);
  const ids = new Map(known.map((name, id) => [name, id]));
  return {
    names: known,
    idOf(label) {
      const id = ids.get(label);
      if (id === undefined) throw new InputError(`${what} must be one of the ${known.length} of the training, got '${label}'`);
      return id;
    },
    likeliest: (output, first, rows) =>
      Array.from({ length: rows }, (_, row) => {
        const at = (first + row) * known.length;
        let best = 0;
        for (let id = 1; id < known.length; id++) if (output[at + id] > output[at + best]) best = id;
        return known[best];
      }),
  };
}

/** The share of pairs that are the same, 0 to 1; 0 for none. */
export function shareOfMatches(predictions: readonly unknown[], targets: readonly unknown[]): number {
  if (targets.length === 0) return 0;
  return targets.filter((target, index) => predictions[index] === target).length / targets.length;
}
