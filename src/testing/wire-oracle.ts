import { noise, ringing, wire } from '../tasks/denoise/signal.ts';

/** After so many samples a swing is below 0.06 of the change and counts as settled. */
const settled = 24;

interface State {
  readonly level: number;
  readonly before: number;
  /** Samples since the change, `settled` at most. */
  readonly age: number;
}

/**
 * The best that can be done by who knows how the signals of `denoise` are made: the mean of the wire's voltage given all that was heard, by
 * the forward-backward algorithm (Rabiner 1989) over levels, levels before and samples since the change.
 *
 * @returns [T], the least squared error but for swings that are cut off when settled
 */
export function smoothWire(input: readonly number[]): number[] {
  const { levels, shortestStay, changeProbability } = wire;
  const ids = levels.map((_, level) => level);
  const states: State[] = ids.flatMap((level) =>
    ids.filter((before) => before !== level).flatMap((before) => Array.from({ length: settled + 1 }, (_, age) => ({ level, before, age }))),
  );
  const numberOf = new Map(states.map(({ level, before, age }, index) => [`${level} ${before} ${age}`, index]));
  const at = (level: number, before: number, age: number): number => numberOf.get(`${level} ${before} ${age}`) ?? Number.NaN;
  const value = states.map(({ level, before, age }) =>
    age === settled ? levels[level] : levels[level] + (levels[before] - levels[level]) * ringing(age),
  );
  // The age of the signal is counted after its sample: one that is shortestStay - 1 old may change next.
  const steps = states.map(({ level, before, age }) => {
    const leave = age + 1 >= shortestStay ? changeProbability : 0;
    const stay = { to: at(level, before, Math.min(age + 1, settled)), probability: 1 - leave };
    const changes = ids.filter((next) => next !== level).map((next) => ({ to: at(next, level, 0), probability: leave / 3 }));
    return leave === 0 ? [stay] : [stay, ...changes];
  });
  const likelihoods = input.map((heard) => value.map((voltage) => noiseDensity(heard - voltage)));

  const forward: number[][] = [];
  let belief = states.map(({ age }): number => (age === settled ? 1 : 0));
  for (const likelihood of likelihoods) {
    const moved = new Array<number>(states.length).fill(0);
    for (const [from, probability] of belief.entries()) {
      if (probability > 0) for (const step of steps[from]) moved[step.to] += probability * step.probability;
    }
    belief = normalise(moved.map((probability, state) => probability * likelihood[state]));
    forward.push(belief);
  }
  const output = new Array<number>(input.length);
  let later = states.map(() => 1);
  for (let t = input.length - 1; t >= 0; t--) {
    const posterior = normalise(forward[t].map((probability, state) => probability * later[state]));
    output[t] = posterior.reduce((sum, probability, state) => sum + probability * value[state], 0);
    const seen = later.map((probability, state) => probability * likelihoods[t][state]);
    later = normalise(steps.map((branches) => branches.reduce((sum, { to, probability }) => sum + probability * seen[to], 0)));
  }
  return output;
}

function noiseDensity(error: number): number {
  const normal = (deviation: number): number => Math.exp((-error * error) / (2 * deviation * deviation)) / deviation;
  const loud = Math.hypot(noise.deviation, noise.impulseDeviation);
  return (1 - noise.impulseProbability) * normal(noise.deviation) + noise.impulseProbability * normal(loud);
}

function normalise(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}
