import { rearrangementTask } from './rearrange.ts';

/** `hbcad` is `hbcad`: the answer begins only after the last letter was read, so that all of them must be remembered. */
export const copyTask = rearrangementTask({
  name: 'copy',
  description: 'Repeats a row of letters after having read it to its end.',
  alphabet: 'abcdefghij',
  fewest: 4,
  most: 10,
  rearrange: (letters) => letters,
});
