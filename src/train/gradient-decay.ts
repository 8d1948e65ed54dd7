/** How a gradient changes on its way back through time, in two numbers and a few words. */

export interface GradientDecay {
  /** Norm at the first time step over the norm at the last; not a number where either is not finite, or the last is 0. */
  readonly ratio: number;
  /** What the norm is multiplied by per step back in time: a line through the logarithms, by least squares over the norms that are finite and not 0. */
  readonly rate: number;
  /** `halves every 7.0 steps`, `doubles every 3.1 steps`, `keeps its size`, or `is not known`. */
  readonly words: string;
}

/** A logarithm of the rate below this, a factor of two in 700 steps, is no change. */
const steady = 1e-3;

/** @param norms of ∂L/∂h_t for t = 1 .. T */
export function gradientDecay(norms: ArrayLike<number>): GradientDecay {
  const last = norms.length - 1;
  const ratio = norms[0] / norms[last];
  const rate = rateOf(norms);
  return { ratio: Number.isFinite(ratio) ? ratio : Number.NaN, rate, words: wordsOf(rate) };
}

function rateOf(norms: ArrayLike<number>): number {
  const points = Array.from(norms, (norm, t) => ({ back: norms.length - 1 - t, log: Math.log(norm) })).filter(({ log }) =>
    Number.isFinite(log),
  );
  if (points.length < 2) return Number.NaN;
  const mean = (of: (point: (typeof points)[number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const back = mean((point) => point.back);
  const log = mean((point) => point.log);
  return Math.exp(mean((point) => (point.back - back) * (point.log - log)) / mean((point) => (point.back - back) ** 2));
}

function wordsOf(rate: number): string {
  if (Number.isNaN(rate)) return 'is not known';
  if (Math.abs(Math.log(rate)) < steady) return 'keeps its size';
  const steps = Math.LN2 / Math.abs(Math.log(rate));
  return `${rate < 1 ? 'halves' : 'doubles'} every ${steps < 0.95 ? steps.toPrecision(1) : steps.toFixed(1)} steps`;
}
