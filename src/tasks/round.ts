/**
 * The number with so many decimals, never -0: generated numbers are short enough to be written to a file and read again as they were, and
 * two engines that differ in the last bit of a sine give the same examples.
 */
export function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale || 0;
}
