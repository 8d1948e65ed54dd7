/** Which of a layer's turns, forward or in reverse, one dispatch takes. */
import type { Kernel } from '../../../shaders/kernel.ts';
import type { RecurrentLayer } from './recurrent.ts';

/** Whether the sequence kernel takes these turns: all of them, or, where none draws noise for the whole of them, more than one of the first. */
export const isOneDispatch = ({ choice, noise }: RecurrentLayer, first: number, end: number, turns: number): boolean =>
  choice.kernel === 'sequence' && first === 0 && (end === turns || (end > 1 && !noise));

/** The first `end` turns of a kernel over all of them. */
export function untilTurn(kernel: Kernel, end: number): Kernel {
  const { range, flop } = kernel;
  return range && end < range.length ? { ...kernel, range: { ...range, length: end }, flop: (flop * end) / range.length } : kernel;
}
