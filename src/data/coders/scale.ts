import { InputError } from '../../spec/input-error.ts';
import { describeValue, requireKeys } from '../../spec/validation.ts';

/** x = mean + deviation·normalised. */
export interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

/** Numbers whose mean is at most this, and whose standard deviation lies between the other two, are of the order of one already. */
const ordinary = Object.freeze({ mean: 2, least: 0.1, most: 3 });

/**
 * The scale that brings numbers to mean 0 and standard deviation 1. Numbers of the order of one are left as they are, so that a 0 or a 1 that means
 * something stays one; constant ones lose their mean only if it is large.
 */
export function fitScale(values: Iterable<number>): Scale {
  const { mean, deviation } = momentsOf(values);
  const isOrdinary = Math.abs(mean) <= ordinary.mean && (deviation === 0 || (deviation >= ordinary.least && deviation <= ordinary.most));
  return isOrdinary ? { mean: 0, deviation: 1 } : { mean, deviation: deviation === 0 ? 1 : deviation };
}

/** Mean and standard deviation in one pass (Welford 1962); both 0 for no values. */
export function momentsOf(values: Iterable<number>): Scale {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const value of values) {
    count++;
    const before = value - mean;
    mean += before / count;
    squares += before * (value - mean);
  }
  return { mean, deviation: count === 0 ? 0 : Math.sqrt(squares / count) };
}

export const normalise = (value: number, { mean, deviation }: Scale): number => (value - mean) / deviation;
export const restore = (value: number, { mean, deviation }: Scale): number => mean + deviation * value;

/** @throws InputError unless the value is a scale */
export function requireScale(name: string, value: unknown): Scale {
  requireKeys(name, value, ['mean', 'deviation']);
  const { mean, deviation } = value as Scale;
  if (!Number.isFinite(mean) || !Number.isFinite(deviation) || deviation <= 0)
    throw new InputError(`${name} must have a finite mean and a deviation above zero, got ${describeValue(value)}`);
  return { mean, deviation };
}
