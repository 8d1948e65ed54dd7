import { createLeastSquares, dot } from '../../data/least-squares.ts';
import { meanSquaredError } from '../../data/scores.ts';

/** Numbers and the one that they mean. */
export interface ValuedFeatures {
  readonly features: readonly number[];
  readonly value: number;
}

/**
 * What a linear regression with a constant reaches on `heldOut`: its mean squared error.
 *
 * @throws InputError unless all examples have the same number of features and `train` is not empty.
 */
export function linearRegression(train: readonly ValuedFeatures[], heldOut: readonly ValuedFeatures[]): number {
  const fit = createLeastSquares((train[0]?.features.length ?? 0) + 1);
  for (const { features, value } of train) fit.add([1, ...features], value);
  const weights = fit.solve();
  return meanSquaredError(
    heldOut.map(({ features }) => [dot(weights, [1, ...features])]),
    heldOut.map(({ value }) => [value]),
  );
}
