import { createRandom, type Random } from '../data/random.ts';
import { drawDay, driftOf, type MarketState, market, moodAfter, risingShare, stormyShare } from '../tasks/prices/market.ts';

const futures = 200;

/** A story that fits what was seen: how likely it is, and how likely a storm is at its end. */
interface Hypothesis {
  readonly logLikelihood: number;
  readonly rising: boolean;
  readonly stormProbability: number;
  readonly day: number;
}

/**
 * The best that can be done by who knows the market of `prices` but sees only the context, as a network does: the mood and the weekday at
 * its beginning are weighed by how well the context follows from them (the mood later on follows from the prices), the weather by a
 * filter of two states. From there 200 futures are drawn, and their median at each day is the forecast, as the absolute error wants it.
 */
export function foretellMarket(context: readonly number[], horizon: number): number[] {
  const random = createRandom(1);
  const path = context.map((price) => Math.log(price / market.fairPrice));
  const hypotheses = [true, false].flatMap((rising) => market.weekly.map((_, day) => follow(path, rising, day)));
  const best = Math.max(...hypotheses.map(({ logLikelihood }) => logLikelihood));
  const weights = hypotheses.map(({ logLikelihood }) => Math.exp(logLikelihood - best));
  const paths = Array.from({ length: futures }, () => {
    const { rising, day, stormProbability } = hypotheses[drawIndex(weights, random)];
    let state: MarketState = { x: path[path.length - 1], rising, day, stormy: random.uniform() < stormProbability };
    return Array.from({ length: horizon }, () => {
      state = drawDay(state, random);
      return market.fairPrice * Math.exp(state.x);
    });
  });
  return Array.from({ length: horizon }, (_, step) => median(paths.map((future) => future[step])));
}

/** The context as it follows from a mood and a weekday after its first price. */
function follow(path: readonly number[], risingAtFirst: boolean, dayAfterFirst: number): Hypothesis {
  let rising = risingAtFirst;
  let day = dayAfterFirst;
  let storm = stormyShare;
  let logLikelihood = Math.log(rising ? risingShare : 1 - risingShare);
  for (let t = 1; t < path.length; t++) {
    const error = path[t] - path[t - 1] - driftOf({ rising, day });
    const stormToday = storm * (1 - market.stormEnds) + (1 - storm) * market.stormBegins;
    const inStorm = stormToday * density(error, market.stormDeviation);
    const inCalm = (1 - stormToday) * density(error, market.calmDeviation);
    logLikelihood += Math.log(inStorm + inCalm + Number.MIN_VALUE);
    storm = inStorm + inCalm > 0 ? inStorm / (inStorm + inCalm) : 1;
    rising = moodAfter(rising, path[t]);
    day = (day + 1) % market.weekly.length;
  }
  return { logLikelihood, rising, day, stormProbability: storm };
}

function density(error: number, deviation: number): number {
  return Math.exp((-error * error) / (2 * deviation * deviation)) / deviation;
}

function drawIndex(weights: readonly number[], random: Random): number {
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  return Math.max(
    0,
    weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    }),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
