/** Ranges and ticks of the charts' axes. */

export const formatTick = (value: number | null): string => {
  if (value === null) return '';
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e4 || size < 1e-3) ? value.toExponential(0) : String(Number(value.toPrecision(3)));
};

/** A tenth of air above and below, also around one value; a sensible frame before the first point. */
export function paddedRange(_: unknown, least: number | null, most: number | null): [number, number] {
  if (least === null || most === null || !Number.isFinite(least) || !Number.isFinite(most)) return [0, 1];
  const air = (most - least || Math.abs(most) || 10) / 10;
  return [Math.min(least, Math.max(0, least - air)), most + air];
}

/** At least a factor of two, with a little air. */
export function logarithmicRange(_: unknown, least: number | null, most: number | null): [number, number] {
  if (least === null || most === null || !(least > 0) || !Number.isFinite(most)) return [0.1, 10];
  const air = Math.max(1.1, Math.sqrt(2 / Math.max(1, most / least)));
  return [least / air, most * air];
}

/** More would write over each other on the lowest chart. */
const MOST_TICKS = 7;
/** What is marked of each decade, the most first. */
const STEPS = [[1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1]];

/**
 * As many of a decade's numbers as have room, of many decades some powers of ten. uPlot's own ticks of a logarithm never end where a range begins just below a power
 * of ten: it counts on ranges of whole decades.
 */
export function logarithmicSplits(_: unknown, __: number, least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least));
  const last = Math.ceil(Math.log10(most));
  const ticksOf = (steps: readonly number[]): number[] =>
    Array.from({ length: last - first + 1 }, (_, decade) => steps.map((step) => Number(`${step}e${first + decade}`)))
      .flat()
      .filter((tick) => tick >= least && tick <= most);
  const found = STEPS.map(ticksOf).find(({ length }) => length <= MOST_TICKS);
  if (found && found.length > 0) return found;
  const powers = ticksOf([1]);
  const apart = Math.ceil(powers.length / MOST_TICKS);
  return powers.filter((_, index) => index % apart === 0);
}
