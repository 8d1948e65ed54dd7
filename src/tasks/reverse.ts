import { rearrangementTask } from './rearrange.ts';

/** `hbcad` becomes `dacbh`. */
export const reverseTask = rearrangementTask({
  name: 'reverse',
  description: 'Says a row of letters backwards.',
  alphabet: 'abcdefghij',
  fewest: 4,
  most: 10,
  rearrange: (letters) => letters.toReversed(),
});
