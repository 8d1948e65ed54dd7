import { expect, test } from 'vitest';
import { createRandom } from '../../data/random.ts';
import { meanAbsoluteError } from '../../data/scores.ts';
import { modelSpec } from '../../spec/model.ts';
import { takeExamples, testExampleTask } from '../../testing/example-task.ts';
import { foretellMarket } from '../../testing/market-oracle.ts';
import { heldOutExamples } from '../split.ts';
import { drawDay, drawPrices, drawState, market, moodAfter, risingShare, stormyShare } from './market.ts';
import { contextDays, horizonDays, pricesTask } from './prices.ts';

testExampleTask(pricesTask);

test('seventy prices with two decimals', () => {
  for (const { values } of takeExamples(pricesTask, 'train', 1, 500)) {
    expect(values).toHaveLength(contextDays + horizonDays);
    for (const value of values) {
      expect(value).toBeGreaterThan(60);
      expect(value).toBeLessThan(170);
      expect(Number(value.toFixed(2))).toBe(value);
    }
  }
  const { embedding, ...model } = pricesTask.model;
  expect(embedding).toBe(0);
  expect(() => modelSpec({ ...model, input: { kind: 'vectors', size: 1 }, output: { kind: 'linear', classes: 1 } })).not.toThrow();
});

test('the mood turns where the price is dear or cheap and nowhere else', () => {
  expect([moodAfter(true, 0.27), moodAfter(true, 0.29), moodAfter(false, -0.21), moodAfter(false, -0.23)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  const random = createRandom(1);
  let state = drawState(random);
  let rising = 0;
  let stormy = 0;
  let turns = 0;
  const days = 50_000;
  for (let day = 0; day < days; day++) {
    const next = drawDay(state, random);
    if (next.rising !== state.rising) turns++;
    if (next.rising) rising++;
    if (next.stormy) stormy++;
    state = next;
  }
  expect(Math.abs(rising / days - risingShare)).toBeLessThan(0.03);
  expect(Math.abs(stormy / days - stormyShare)).toBeLessThan(0.03);
  // A climb of 0.5 at 0.012 a day and a fall at 0.035: 56 days for two turns, a little more for what overshoots.
  expect(days / turns).toBeGreaterThan(26);
  expect(days / turns).toBeLessThan(34);
});

test('large moves follow large moves: volatility comes in clusters', () => {
  const prices = drawPrices(createRandom(3), 50_000);
  const surprise = prices.slice(1).map((price, t) => {
    const move = Math.log(price / prices[t]);
    return Math.min(Math.abs(move - market.rise), Math.abs(move + market.fall));
  });
  const mean = surprise.reduce((sum, value) => sum + value, 0) / surprise.length;
  const covariance = (lag: number) =>
    surprise.slice(lag).reduce((sum, value, t) => sum + (value - mean) * (surprise[t] - mean), 0) / (surprise.length - lag);
  expect(covariance(1) / covariance(0)).toBeGreaterThan(0.05);
});

test('who knows the market errs less than half as much as AR(10), and a third less than any linear forecast of the whole context', () => {
  const heldOut = heldOutExamples(pricesTask, 300, 1);
  const measured = pricesTask.baselines(takeExamples(pricesTask, 'train', 1, 2000), heldOut);
  const oracle = meanAbsoluteError(
    heldOut.map(({ values }) => foretellMarket(values.slice(0, contextDays), horizonDays)),
    heldOut.map(({ values }) => values.slice(contextDays)),
  );
  expect(Object.keys(measured)).toEqual(['persistence', 'AR(10)', 'linear regression']);
  expect(measured['AR(10)']).toBeLessThan(0.8 * measured.persistence);
  expect(oracle).toBeLessThan(0.5 * measured['AR(10)']);
  expect(oracle).toBeLessThan(0.66 * measured['linear regression']);
});
