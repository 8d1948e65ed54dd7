import { expect, test } from 'vitest';
import { createRandom } from '../../data/random.ts';
import { decibelsGained } from '../../data/scores.ts';
import { takeExamples, testExampleTask } from '../../testing/example-task.ts';
import { smoothWire } from '../../testing/wire-oracle.ts';
import { heldOutExamples } from '../split.ts';
import { denoiseTask } from './denoise.ts';
import { drawNoise, drawWire, noise, ringing, wire } from './signal.ts';

testExampleTask(denoiseTask);

test('pairs of 64 to 128 samples, all lengths', () => {
  const examples = takeExamples(denoiseTask, 'train', 1, 2000);
  const lengths = new Set(examples.map(({ input }) => input.length));
  expect([Math.min(...lengths), Math.max(...lengths), lengths.size]).toEqual([64, 128, 65]);
  expect(examples.every(({ input, target }) => input.length === target.length)).toBe(true);
});

test('a wire is continuous where it changes, stays a while, swings and settles', () => {
  expect(ringing(0)).toBe(1);
  expect(Math.abs(ringing(30))).toBeLessThan(0.03);
  const values = drawWire(createRandom(1), 100_000);
  const settled = values.filter(
    (value, t) => t > 0 && Math.abs(value - values[t - 1]) < 1e-4 && wire.levels.includes(Math.round(value * 2) / 2),
  );
  expect(new Set(settled.map((value) => Math.round(value * 2) / 2))).toEqual(new Set(wire.levels));
  expect(Math.max(...values)).toBeGreaterThan(2);
  expect(Math.max(...values.map((value, t) => (t === 0 ? 0 : Math.abs(value - values[t - 1]))))).toBeLessThan(4);
});

test('noise has the power that it says', () => {
  const random = createRandom(1);
  const samples = Array.from({ length: 100_000 }, () => drawNoise(random));
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  expect(power).toBeCloseTo(noise.deviation ** 2 + noise.impulseProbability * noise.impulseDeviation ** 2, 1);
});

test('who knows the wire gains at least 4 dB on every filter', () => {
  const heldOut = heldOutExamples(denoiseTask, 100, 1);
  const measured = denoiseTask.baselines(takeExamples(denoiseTask, 'train', 1, 500), heldOut);
  const oracle = decibelsGained(
    heldOut.map(({ input }) => input),
    heldOut.map(({ input }) => smoothWire(input)),
    heldOut.map(({ target }) => target),
  );
  expect(Object.keys(measured)).toEqual(['moving average', 'Wiener filter', 'median filter']);
  for (const gain of Object.values(measured)) {
    expect(gain).toBeGreaterThan(3);
    expect(gain).toBeLessThan(8);
    expect(oracle).toBeGreaterThan(gain + 4);
  }
  expect(oracle).toBeGreaterThan(16);
});
