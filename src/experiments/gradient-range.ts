/**
 * Keeps a gradient through time inside of f32 by a power of two. The gradient at h_T is multiplied by 2^shift, and all others with it: their
 * ratios stay what they are, but a range of 75 powers of ten can be laid where the gradient is, instead of 38 on either side of 1.
 */

/** Norms between these are made of numbers that f32 holds with all their bits. */
const LOWEST = 1e-33;
const HIGHEST = 1e37;
/** A head that scales by 2^(shift / 2) twice must not overflow itself. */
const WIDEST = 120;

export interface GradientRange {
  /** Norm at the first time step over norm at the last, if f32 held both; otherwise over as many steps as it did. */
  readonly ratio: number;
  readonly range: 'held' | 'below' | 'above';
  /** How many time steps the ratio spans: T where it was held, 0 where nothing was. */
  readonly spanned: number;
}

/** @param norms of ∂L/∂h_t, t = 1 .. T */
export function gradientRange(norms: ArrayLike<number>): GradientRange {
  const last = norms.length - 1;
  const first = firstHeld(norms);
  if (first > last) return { ratio: Number.NaN, range: norms[last] < LOWEST ? 'below' : 'above', spanned: 0 };
  const range = first === 0 ? 'held' : norms[first - 1] < LOWEST ? 'below' : 'above';
  return { ratio: norms[first] / norms[last], range, spanned: last - first + 1 };
}

/** The earliest time step from which on every norm lies in range; T if none does. */
function firstHeld(norms: ArrayLike<number>): number {
  let first = norms.length;
  while (first > 0 && norms[first - 1] >= LOWEST && norms[first - 1] <= HIGHEST) first--;
  return first;
}

/** An even power of two by which the gradient that produced these norms should be multiplied so that both its ends lie in range. */
export function gradientShift(norms: ArrayLike<number>): number {
  const last = norms.length - 1;
  const first = firstHeld(norms);
  if (first >= last) return 0;
  const end = Math.log2(norms[last]);
  const change = ((Math.log2(norms[first]) - end) / (last - first)) * last;
  const middle = end + change / 2;
  // what cannot be held at both ends is held at the last time step
  const shift = Math.min(Math.log2(HIGHEST) - 6 - end, Math.max(Math.log2(LOWEST) + 6 - end, -middle));
  return 2 * Math.round(Math.max(-WIDEST, Math.min(WIDEST, shift)) / 2);
}
