import { createLeastSquares, dot } from '../../data/least-squares.ts';
import { InputError } from '../../spec/input-error.ts';

/** Foretells `horizon` values after a context of values. */
export type Forecaster = (context: readonly number[], horizon: number) => number[];

/**
 * Linear autoregression, AR(p) (Yule 1927): x_t = c + a_1 x_{t-1} + ... + a_p x_{t-p}, its coefficients by least squares over every place of
 * `train`, its own forecasts fed back for those further ahead.
 *
 * @param order p, the values that it looks back
 * @returns a forecaster; it throws InputError for a context shorter than p
 * @throws InputError if no series of `train` is longer than p.
 */
export function fitAutoregression(train: readonly (readonly number[])[], order: number): Forecaster {
  const fit = createLeastSquares(order + 1);
  for (const values of train) {
    for (let t = order; t < values.length; t++) fit.add([1, ...values.slice(t - order, t)], values[t]);
  }
  const weights = fit.solve();
  return (context, horizon) => {
    if (context.length < order) throw new InputError(`the context must have at least ${order} values, got ${context.length}`);
    const values = context.slice(context.length - order);
    for (let step = 0; step < horizon; step++) values.push(dot(weights, [1, ...values.slice(values.length - order)]));
    return values.slice(order);
  };
}

/**
 * A linear regression of its own for each step ahead on the whole context: unlike AR(p) it can be no worse for feeding back its errors.
 *
 * @param context values that it looks back; those of `train` and of the forecaster's contexts before that do not count
 * @param horizon steps ahead that it learns, the last ones of each series of `train`
 * @throws InputError if a series of `train` is shorter than both together.
 */
export function fitDirectRegression(train: readonly (readonly number[])[], context: number, horizon: number): Forecaster {
  const fits = Array.from({ length: horizon }, () => createLeastSquares(context + 1));
  for (const values of train) {
    const border = values.length - horizon;
    if (border < context) throw new InputError(`a series must have at least ${context + horizon} values, got ${values.length}`);
    const features = [1, ...values.slice(border - context, border)];
    for (const [step, fit] of fits.entries()) fit.add(features, values[border + step]);
  }
  const weights = fits.map((fit) => fit.solve());
  return (values, steps) => {
    if (values.length < context) throw new InputError(`the context must have at least ${context} values, got ${values.length}`);
    if (steps > horizon) throw new InputError(`the horizon must be at most ${horizon}, got ${steps}`);
    const features = [1, ...values.slice(values.length - context)];
    return weights.slice(0, steps).map((row) => dot(row, features));
  };
}
