import type { SeriesCoder } from '../data/coders/series.ts';
import type { Series } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';
import type { Model } from './model.ts';

/**
 * Foretells the last `coder.horizon` values of each series from those before: the network reads the values it is given one by one, then what
 * it said itself. Resolves to the forecasts [horizon, B], in the values' own unit.
 *
 * @throws InputError for series that are not all equally long, or not longer than the horizon.
 */
export async function forecast(model: Model, coder: SeriesCoder, series: readonly Series[]): Promise<Float32Array> {
  const batch = series.length;
  const { horizon } = coder;
  const context = series[0].values.length - horizon;
  const odd = series.find(({ values }) => values.length !== context + horizon);
  if (odd) throw new InputError(`series must be equally long to be foretold, got ${context + horizon} and ${odd.values.length} values`);
  if (context < 1) throw new InputError(`a series must have more values than the horizon of ${horizon}, got ${context + horizon}`);
  const forecasts = new Float32Array(horizon * batch);
  const values = series.map((one) => one.values.slice(0, context));
  const stream = model.stream({ batch });
  try {
    for (let t = 0; t < context + horizon - 1; t++) {
      const output = await stream.step(Float32Array.from(values.flatMap((known) => coder.inputOf(known[t], known[Math.max(0, t - 1)]))));
      if (t < context - 1) continue;
      for (const [row, known] of values.entries()) {
        known.push(coder.next(known[t], output[row]));
        forecasts[(t + 1 - context) * batch + row] = known[t + 1];
      }
    }
  } finally {
    stream.destroy();
  }
  return forecasts;
}
