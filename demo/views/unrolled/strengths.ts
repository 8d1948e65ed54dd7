/** From norms to widths and opacities. Pure. */

/** ‖v_t‖ of each line of [T, H]. */
export function normsOf(values: ArrayLike<number>, timeSteps: number): number[] {
  const width = values.length / timeSteps;
  return Array.from({ length: timeSteps }, (_, t) => {
    let sum = 0;
    for (let unit = 0; unit < width; unit++) sum += values[t * width + unit] ** 2;
    return Math.sqrt(sum);
  });
}

/** Shares of the largest; 0 where nothing is, or nothing finite. */
export function linearShares(norms: readonly number[]): number[] {
  const most = norms.reduce((max, norm) => (Number.isFinite(norm) ? Math.max(max, norm) : max), 0);
  return norms.map((norm) => (most > 0 && Number.isFinite(norm) ? norm / most : 0));
}

/** How many powers of ten below the largest are still to be seen. */
export const decadesShown = 6;

/** On a logarithm: 1 for the largest, 0 six decades below it and for what is not finite or 0. */
export function logShares(norms: readonly number[]): number[] {
  const logs = norms.map((norm) => Math.log10(norm));
  const most = logs.reduce((max, log) => (Number.isFinite(log) ? Math.max(max, log) : max), Number.NEGATIVE_INFINITY);
  return logs.map((log) => (Number.isFinite(log) ? Math.max(0, 1 - (most - log) / decadesShown) : 0));
}
