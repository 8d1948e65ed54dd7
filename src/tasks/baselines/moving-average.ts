import { meanSquaredError } from '../../data/scores.ts';
import type { FilterPair } from './filter.ts';

const widths = [1, 3, 5, 7, 9, 11, 15, 21, 31];

/** A filter of a width chosen on training data. */
export interface WindowFilter {
  /** Samples that it looks at, odd: as many before as behind. */
  readonly width: number;
  apply(input: readonly number[]): number[];
}

/** The moving average of the width, from 1 to 31, that has the least squared error on `train`. At the ends it averages what there is. */
export function fitMovingAverage(train: readonly FilterPair[]): WindowFilter {
  return bestWidth(train, movingAverage);
}

/** As `fitMovingAverage`, with the median of the window instead of its mean: the usual remedy against impulses (Tukey 1977). */
export function fitMedianFilter(train: readonly FilterPair[]): WindowFilter {
  return bestWidth(train, runningMedian);
}

/** [T] the mean of the samples at most (width - 1) / 2 away. */
export function movingAverage(input: readonly number[], width: number): number[] {
  return windows(input, width).map((window) => window.reduce((sum, value) => sum + value, 0) / window.length);
}

/** [T] the median of the samples at most (width - 1) / 2 away. */
export function runningMedian(input: readonly number[], width: number): number[] {
  return windows(input, width).map((window) => {
    const sorted = window.sort((left, right) => left - right);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  });
}

function windows(input: readonly number[], width: number): number[][] {
  const half = (width - 1) / 2;
  return input.map((_, index) => input.slice(Math.max(0, index - half), index + half + 1));
}

function bestWidth(train: readonly FilterPair[], filter: (input: readonly number[], width: number) => number[]): WindowFilter {
  const targets = train.map(({ target }) => target);
  const errors = widths.map((width) =>
    meanSquaredError(
      train.map(({ input }) => filter(input, width)),
      targets,
    ),
  );
  const width = widths[errors.indexOf(Math.min(...errors))];
  return { width, apply: (input) => filter(input, width) };
}
