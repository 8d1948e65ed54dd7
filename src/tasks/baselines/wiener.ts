import { createLeastSquares, dot } from '../../data/least-squares.ts';
import type { FilterPair } from './filter.ts';

/**
 * The Wiener filter: of all filters that weigh the samples at most (taps - 1) / 2 before and behind and add a constant, the one with the
 * least squared error on `train`. It looks ahead; beyond the ends there are zeros.
 *
 * @param taps odd, default 31
 * @returns a function from a signal [T] to the filtered one [T]
 */
export function fitWiener(train: readonly FilterPair[], taps = 31): (input: readonly number[]) => number[] {
  const fit = createLeastSquares(taps + 1);
  for (const { input, target } of train) for (const [t, window] of windows(input, taps).entries()) fit.add(window, target[t]);
  const weights = fit.solve();
  return (input) => windows(input, taps).map((window) => dot(weights, window));
}

/** [T][taps + 1] the samples around each, and 1 for the constant. */
function windows(input: readonly number[], taps: number): number[][] {
  const half = (taps - 1) / 2;
  return input.map((_, t) => [...Array.from({ length: taps }, (_, tap) => input[t + tap - half] ?? 0), 1]);
}
