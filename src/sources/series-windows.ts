import type { Series } from '../data/examples.ts';
import { hashText } from '../data/random.ts';
import { cutWindows } from '../tasks/prices/windows.ts';

export interface WindowChoices {
  readonly context: number;
  readonly horizon: number;
  /** Share that is held out, the last part of a long series. */
  readonly validation: number;
  /** What messages call the file. */
  readonly name: string;
}

/**
 * Windows of context + horizon values. One long series is cut at every place, its end held out; of several that are no longer than one window, as a task
 * writes them, some are held out by a hash; several long ones are each cut like one.
 *
 * @throws InputError if a series is too short.
 */
export function windowsOfSeries(
  series: readonly Series[],
  { context, horizon, validation, name }: WindowChoices,
): { readonly train: Series[]; readonly heldOut: Series[] } {
  const length = context + horizon;
  if (series.length > 1 && series.every(({ values }) => values.length === length)) {
    const isHeldOut = ({ values }: Series): boolean => hashText(values.join(' ')) / 2 ** 32 < validation;
    return { train: series.filter((one) => !isHeldOut(one)), heldOut: series.filter(isHeldOut) };
  }
  const parts = series.map(({ values }, index) => {
    const label = series.length === 1 ? name : `series ${index + 1} of ${name}`;
    const border = validation === 0 ? values.length : cutWindows(values, { context, horizon, heldOutShare: validation }, label).border;
    const between = (first: number, end: number): Series[] =>
      Array.from({ length: Math.max(0, end - length - first + 1) }, (_, at) => ({
        kind: 'series',
        values: values.slice(first + at, first + at + length),
      }));
    return { train: between(0, border), heldOut: border === values.length ? [] : between(border - context, values.length) };
  });
  return { train: parts.flatMap(({ train }) => train), heldOut: parts.flatMap(({ heldOut }) => heldOut) };
}
