/** The signal of the task `denoise` and what spoils it: plain arithmetic, so that an oracle in the tests can know it too. */
import type { Random } from '../../data/random.ts';

/**
 * A wire that carries one of four levels and rings: after each change it swings around the new level before it settles. The rules are the
 * same in all signals, so a network can learn them; where the changes lie is different in each.
 */
export const wire = Object.freeze({
  levels: Object.freeze([-1.5, -0.5, 0.5, 1.5]),
  /** Samples between two changes, at least. */
  shortestStay: 4,
  /** Probability of a change at each sample after that; every other level is as likely. */
  changeProbability: 0.04,
  /** Of the ringing, per sample. */
  damping: 0.12,
  /** Of the ringing, radians per sample: a swing takes 7 samples. */
  angularFrequency: 0.9,
});

/** What is added: normal noise at every sample, and at some an impulse, normal too, that is far louder. */
export const noise = Object.freeze({ deviation: 0.4, impulseProbability: 0.05, impulseDeviation: 2.5 });

/**
 * How far the swing still is from the new level, as a part of the change: 1 at the change itself, so the signal is continuous there.
 *
 * @param age samples since the change
 */
export function ringing(age: number): number {
  return age < swings.length ? swings[age] : 0;
}

/** Until less than 1e-7 is left. */
const swings = Array.from({ length: 140 }, (_, age) => Math.exp(-wire.damping * age) * Math.cos(wire.angularFrequency * age));

/** [T] the wire's voltage, settled at a random level when it begins. */
export function drawWire(random: Random, length: number): number[] {
  const { levels, shortestStay, changeProbability } = wire;
  let level = random.integer(levels.length);
  let before = level;
  let age: number = shortestStay;
  return Array.from({ length }, () => {
    if (age >= shortestStay && random.uniform() < changeProbability) {
      before = level;
      level = (level + 1 + random.integer(levels.length - 1)) % levels.length;
      age = 0;
    }
    const value = levels[level] + (levels[before] - levels[level]) * ringing(age);
    age++;
    return value;
  });
}

/** One sample of noise. */
export function drawNoise(random: Random): number {
  const impulse = random.uniform() < noise.impulseProbability ? noise.impulseDeviation * random.normal() : 0;
  return noise.deviation * random.normal() + impulse;
}
