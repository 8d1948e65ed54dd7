import { rearrangementTask } from './rearrange.ts';

/** `40727` becomes `02477`. */
export const sortTask = rearrangementTask({
  name: 'sort',
  description: 'Puts a row of digits in order.',
  alphabet: '0123456789',
  fewest: 4,
  most: 12,
  rearrange: (digits) => digits.toSorted(),
});
