import type { Series } from '../../data/examples.ts';
import { InputError } from '../../spec/input-error.ts';
import { refuse, requireFraction, requireInteger } from '../../spec/validation.ts';

/** How one long series is cut into examples. */
export interface WindowOptions {
  /** Values that a forecaster sees. */
  readonly context: number;
  /** Values that it foretells. */
  readonly horizon: number;
  /** The share of the series, from its end, that is foretold in the examination only; above 0, default 0.2. */
  readonly heldOutShare?: number;
}

/** x = mean + deviation·normalised. */
export interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

/** A series cut into examples, all normalised by `scale`. */
export interface SeriesWindows {
  /** In the order of time; every one lies before the border. */
  readonly train: readonly Series[];
  /** In the order of time; of every one the values to foretell lie behind the border, the context may reach back before it. */
  readonly heldOut: readonly Series[];
  /** Mean and standard deviation of the values before the border. */
  readonly scale: Scale;
  /** Index of the first held-out value. */
  readonly border: number;
}

/**
 * Cuts one long series into windows of context + horizon values, one per starting place: the past to train on, the end of the series to be
 * examined on. Nothing behind the border is in any training window or in the scale; an examination knows the days before it, as one does
 * who forecasts in earnest.
 *
 * @param name what messages call the series
 * @throws InputError if the series is too short for one window on each side, holds what is not a number, or does not vary before the border.
 */
export function cutWindows(values: readonly number[], options: WindowOptions, name = 'the series'): SeriesWindows {
  const context = requireInteger('context', options.context);
  const horizon = requireInteger('horizon', options.horizon);
  const share = requireFraction('heldOutShare', options.heldOutShare ?? 0.2);
  if (share === 0) refuse('heldOutShare', 'above 0 and below 1', share);
  const odd = values.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) throw new InputError(`${name} must be made of finite numbers, got ${values[odd]} at value ${odd + 1}`);
  const border = values.length - Math.floor(values.length * share);
  const window = context + horizon;
  if (border < window || values.length - border < horizon) {
    throw new InputError(
      `${name} must have at least ${leastValues(window, horizon, share)} values for a context of ${context} and a horizon of ${horizon}, got ${values.length}`,
    );
  }
  const scale = scaleOf(values.slice(0, border));
  if (scale.deviation === 0) throw new InputError(`${name} must vary, got ${border} times ${values[0]}`);
  const normalised = values.map((value) => (value - scale.mean) / scale.deviation);
  const windowAt = (start: number): Series => ({ kind: 'series', values: normalised.slice(start, start + window) });
  const windowsFrom = (first: number, end: number): Series[] =>
    Array.from({ length: end - window - first + 1 }, (_, index) => windowAt(first + index));
  return { train: windowsFrom(0, border), heldOut: windowsFrom(border - context, values.length), scale, border };
}

/** Back to the values' own unit. */
export function restoreValues(normalised: readonly number[], { mean, deviation }: Scale): number[] {
  return normalised.map((value) => mean + deviation * value);
}

function scaleOf(values: readonly number[]): Scale {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  // The mean of equal values may be off in its last bit.
  const even = values.every((value) => value === values[0]);
  return { mean, deviation: even ? 0 : Math.sqrt(variance) };
}

/** The shortest series that leaves a window before the border and a horizon behind it. */
function leastValues(window: number, horizon: number, share: number): number {
  let least = window + horizon;
  while (Math.floor(least * share) < horizon || least - Math.floor(least * share) < window) least++;
  return least;
}
