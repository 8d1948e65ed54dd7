import type { Split } from '../task.ts';

/** One combination in this many is held out. */
const oneIn = 5;

/**
 * The combinations of one side of the split: held out is every one whose numbers of values (0, 1, 2, ... in the order in which the values occur),
 * weighted 1, 2, 4, ... by attribute, sum up to a multiple of five.
 *
 * As in a Latin square, no weight being a multiple of five, whoever fixes two attributes still meets every remainder among the others: each pair of
 * values is trained on in four fifths of its combinations, as nearly as their number allows. A hash would leave that to chance.
 */
export function combinationsOf<Combination extends object>(all: readonly Combination[], split: Split): Combination[] {
  const attributes = Object.keys(all[0]) as (keyof Combination)[];
  const values = attributes.map((attribute) => [...new Set(all.map((combination) => combination[attribute]))]);
  const sum = (combination: Combination): number =>
    attributes.reduce((total, attribute, at) => total + 2 ** at * values[at].indexOf(combination[attribute]), 0);
  return all.filter((combination) => (sum(combination) % oneIn === 0) === (split === 'heldout'));
}
