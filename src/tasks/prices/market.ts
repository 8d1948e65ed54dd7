/** The simulated market of the task `prices`: plain arithmetic, so that an oracle in the tests can know it too. */
import type { Random } from '../../data/random.ts';
import { roundTo } from '../round.ts';

/**
 * A market of moods around a fair price of 100. x is the logarithm of price / 100:
 *
 *     x_t = x_{t-1} + drift(mood) + weekly(day) + deviation(weather)·normal
 *
 * Buyers rule and the price climbs until it is too dear; then everyone sells and it falls three times as fast, until it is too cheap. The mood
 * follows the price alone (a threshold with hysteresis), which is what no linear forecast can see: it must guess where the turn comes.
 * The weather, calm or stormy, comes in spells (volatility clusters) and cannot be foretold from the price's direction.
 */
export const market = Object.freeze({
  fairPrice: 100,
  /** Of x per day. */
  rise: 0.012,
  fall: 0.035,
  /** x at which buyers leave, and at which they come back. */
  dear: 0.28,
  cheap: -0.22,
  /** Added to x on the five days of a trading week; they sum to 0. */
  weekly: Object.freeze([0.004, 0, -0.006, 0.002, 0]),
  calmDeviation: 0.007,
  stormDeviation: 0.018,
  /** Probabilities per day that a storm begins, and that it ends. */
  stormBegins: 0.03,
  stormEnds: 0.12,
});

/** What decides about tomorrow. */
export interface MarketState {
  /** ln(price / fairPrice). */
  readonly x: number;
  /** Whether buyers rule. */
  readonly rising: boolean;
  readonly stormy: boolean;
  /** Of the week, 0 to 4: the day to come. */
  readonly day: number;
}

/** Probability that a state drawn at any time is rising: the climb takes longer. */
export const risingShare = market.fall / (market.rise + market.fall);
/** Probability that a state drawn at any time is stormy. */
export const stormyShare = market.stormBegins / (market.stormBegins + market.stormEnds);

/** A state as one finds it on some day. */
export function drawState(random: Random): MarketState {
  return {
    x: market.cheap + (market.dear - market.cheap) * random.uniform(),
    rising: random.uniform() < risingShare,
    stormy: random.uniform() < stormyShare,
    day: random.integer(market.weekly.length),
  };
}

/** The next day. */
export function drawDay(state: MarketState, random: Random): MarketState {
  const stormy = random.uniform() < (state.stormy ? 1 - market.stormEnds : market.stormBegins);
  const deviation = stormy ? market.stormDeviation : market.calmDeviation;
  const x = state.x + driftOf(state) + deviation * random.normal();
  return { x, rising: moodAfter(state.rising, x), stormy, day: (state.day + 1) % market.weekly.length };
}

/** The mean of what x gains on the coming day. */
export function driftOf({ rising, day }: Pick<MarketState, 'rising' | 'day'>): number {
  return (rising ? market.rise : -market.fall) + market.weekly[day];
}

/** Whether buyers rule once x is known: they leave when it is dear and come back when it is cheap. */
export function moodAfter(rising: boolean, x: number): boolean {
  return rising ? x <= market.dear : x < market.cheap;
}

/** [days] closing prices with two decimals, from a day like any other. */
export function drawPrices(random: Random, days: number): number[] {
  let state = drawState(random);
  return Array.from({ length: days }, () => {
    state = drawDay(state, random);
    return priceOf(state.x);
  });
}

/** With two decimals. */
export function priceOf(x: number): number {
  return roundTo(market.fairPrice * Math.exp(x), 2);
}
