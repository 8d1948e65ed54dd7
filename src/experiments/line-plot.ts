/** A plot of lines as plain data; svg-plot.ts and text-plot.ts draw it. */

export interface Series {
  readonly name: string;
  /** Points from left to right; what is not finite, and on a logarithmic axis what is not positive, is a gap. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Series of one family share a colour; default: each its own. */
  readonly family?: string;
}

export interface LinePlot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Powers of ten on the vertical axis; default false. */
  readonly logarithmic?: boolean;
  /** Powers of two on the horizontal axis; default false. */
  readonly doubling?: boolean;
  readonly series: readonly Series[];
}

export interface Axis {
  readonly low: number;
  readonly high: number;
  /** In the axis' own unit: exponents of ten where it is logarithmic, of two where it doubles. */
  readonly ticks: readonly number[];
}

/** The height of a number on the vertical axis, not a number where it has none. */
export const heightOf = ({ logarithmic }: LinePlot, y: number): number => {
  const height = logarithmic ? Math.log10(y) : y;
  return Number.isFinite(height) ? height : Number.NaN;
};

/** The place of a number on the horizontal axis. */
export const placeOf = ({ doubling }: LinePlot, x: number): number => (doubling ? Math.log2(x) : x);

/** Whole steps of 1, 2 or 5 times a power of ten around these numbers, about `wanted` of them; exponents are cut at whole numbers only. */
export function axisOf(values: readonly number[], wanted: number, wholeNumbers = false): Axis {
  const finite = values.filter(Number.isFinite);
  const [least, most] = finite.length === 0 ? [0, 1] : [smallest(finite), -smallest(finite.map((value) => -value))];
  const span = most - least || Math.abs(most) || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const step = wholeNumbers ? Math.max(1, Math.round(round)) : round;
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(most / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
  return { low: ticks[0], high: ticks[ticks.length - 1], ticks };
}

const smallest = (values: readonly number[]): number => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);

export const axesOf = (plot: LinePlot, across: number, up: number): { readonly x: Axis; readonly y: Axis } => {
  const points = plot.series.flatMap(({ points }) => points).filter(([, y]) => !Number.isNaN(heightOf(plot, y)));
  const heights = points.map(([, y]) => heightOf(plot, y));
  return {
    x: axisOf(
      points.map(([x]) => placeOf(plot, x)),
      // sizes that double are few: each gets a tick
      plot.doubling ? 16 : across,
      plot.doubling,
    ),
    y: axisOf(heights, up, plot.logarithmic),
  };
};
