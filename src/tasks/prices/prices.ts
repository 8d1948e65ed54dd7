import type { Series } from '../../data/examples.ts';
import { meanAbsoluteError } from '../../data/scores.ts';
import { deepFreeze } from '../../spec/validation.ts';
import { type Forecaster, fitAutoregression, fitDirectRegression } from '../baselines/autoregression.ts';
import { persist } from '../baselines/persistence.ts';
import { drawExamples } from '../split.ts';
import type { ExampleTask } from '../task.ts';
import { drawPrices } from './market.ts';

/** Days that a forecaster sees. */
export const contextDays = 60;
/** Days that it foretells, the last ones of an example. */
export const horizonDays = 10;

/**
 * Ten days of prices of a simulated market (see market.ts) after sixty that are given. The metric is the mean absolute error over all ten, in the
 * prices' own unit. Besides the forecast that all stays as it is and AR(10), which feeds its forecasts back as the network does, there is
 * a linear regression of all sixty days for each of the ten.
 */
export const pricesTask: ExampleTask<'series'> = deepFreeze({
  kind: 'series',
  name: 'prices',
  description: 'Foretells ten days of prices of a simulated market.',
  examples: (split, seed) =>
    drawExamples(split, seed, (random): Series => ({ kind: 'series', values: drawPrices(random, contextDays + horizonDays) }), identity),
  identity,
  metric: { name: 'mean absolute error', better: 'lower' },
  baselines: (train, heldOut) => {
    const seen = train.map(({ values }) => values);
    const error = (forecast: Forecaster): number =>
      meanAbsoluteError(
        heldOut.map(({ values }) => forecast(values.slice(0, -horizonDays), horizonDays)),
        heldOut.map(({ values }) => values.slice(-horizonDays)),
      );
    return {
      persistence: error(persist),
      'AR(10)': error(fitAutoregression(seen, 10)),
      'linear regression': error(fitDirectRegression(seen, contextDays, horizonDays)),
    };
  },
  model: { architecture: 'one-to-one', embedding: 0, recurrent: { cell: 'gru', hiddenSize: 48 } },
  train: {
    batch: 32,
    timeSteps: contextDays + horizonDays - 1,
    optimizer: { kind: 'adam', learningRate: 3e-3 },
    clip: { globalNorm: 1 },
  },
  steps: 1200,
});

function identity({ values }: Series): string {
  return values.join(' ');
}
