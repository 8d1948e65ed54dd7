/** How far a kernel may be from its twin, as a number and the reason for it. */
export interface Tolerance {
  /** Largest allowed `error`. */
  readonly limit: number;
  readonly why: string;
  /** Error of one element, in the unit of `limit`; `largest` is the largest magnitude that the twin has in this tensor. */
  readonly error: (difference: number, expected: number, largest: number) => number;
}

/** WGSL may flush what f32 cannot hold as a normal number (below 1.2e-38); a tensor smaller than this counts as this large. */
const smallest = 1e-30;

/** |actual - expected| <= relative·|expected| + absolute. */
export const perElement = (relative: number, absolute: number, why: string): Tolerance => ({
  limit: relative,
  why,
  error: (difference, expected) => difference / (Math.abs(expected) + absolute / relative),
});

/** |actual - expected| <= share · the largest magnitude in the tensor, or of `floor` where that is larger. */
export const ofLargest = (share: number, why: string, floor = smallest): Tolerance => ({
  limit: share,
  why,
  error: (difference, _, largest) => difference / Math.max(largest, floor),
});

/** |actual - expected| <= limit. */
export const absolute = (limit: number, why: string): Tolerance => ({ limit, why, error: (difference) => difference });

/** Numbers that are copied or counted. */
export const exact = absolute(0, 'nothing is computed');

export const activations = perElement(
  1e-4,
  1e-5,
  'sums of some dozen f32 products lose 1e-6, and WGSL allows exp, on which the activations stand, several times that',
);

export const sums = ofLargest(
  1e-5,
  'a sum of up to 100 f32 products, each rounded to 6e-8, may cancel: its error is set by its largest terms',
);

export const chained = ofLargest(
  1e-5,
  'gate gradients go through the product of every later time step, and each step rounds anew: some 1e-6 of the largest',
  1e-2,
);

export const normalised = perElement(
  1e-4,
  2e-5,
  'a deviation divides by as little as 0.003, so that what f32 has lost of a row whose numbers hardly differ grows some hundredfold',
);

export const chainedNormalised = ofLargest(
  3e-5,
  'as gate gradients, and in each step two means over the row are subtracted from what is divided by its deviation',
  1e-2,
);

/** A result of `check`: one case on one device. */
export interface Deviation {
  /** In the unit of `tolerance`; the largest number there is where something is not finite that should be, or was never written. */
  readonly largestError: number;
  readonly tolerance: number;
  readonly ok: boolean;
  /** Where the largest error lies and what the two numbers are. */
  readonly worst: string;
}

/** Compares one tensor; integers must be equal, and what the twin left unwritten (NaN) must be unwritten. */
export function compare(name: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: Tolerance): Deviation {
  let largest = 0;
  for (let i = 0; i < expected.length; i++) if (Number.isFinite(expected[i])) largest = Math.max(largest, Math.abs(expected[i]));
  let largestError = actual.length === expected.length ? 0 : Number.MAX_VALUE;
  let worst = actual.length === expected.length ? `${name} is equal` : `${name} has ${actual.length} elements, wants ${expected.length}`;
  for (let i = 0; i < Math.min(actual.length, expected.length); i++) {
    if (actual[i] === expected[i] || (Number.isNaN(actual[i]) && Number.isNaN(expected[i]))) continue;
    const error = tolerance.error(Math.abs(actual[i] - expected[i]), expected[i], largest);
    const finite = Number.isFinite(error) ? error : Number.MAX_VALUE;
    if (finite <= largestError) continue;
    largestError = finite;
    worst = `${name}[${i}] got ${actual[i]}, wants ${expected[i]}`;
  }
  return { largestError, tolerance: tolerance.limit, ok: largestError <= tolerance.limit, worst };
}

/** The deviation that is the largest share of its tolerance. */
export function worstOf<Result extends Deviation>(deviations: readonly Result[]): Result {
  const share = ({ largestError, tolerance }: Deviation): number => (largestError === 0 ? 0 : largestError / tolerance);
  return deviations.reduce((worst, next) => (share(next) > share(worst) ? next : worst));
}
