import { expect, test } from 'vitest';
import { meanSquaredError } from '../data/scores.ts';
import { modelSpec } from '../spec/model.ts';
import { takeExamples, testExampleTask } from '../testing/example-task.ts';
import { spectralPeak } from './baselines/frequency.ts';
import { frequencies, sineTask } from './sine.ts';
import { heldOutExamples } from './split.ts';

testExampleTask(sineTask);

test('values fill [0, 1] evenly; the waves are of one number a step', () => {
  const examples = takeExamples(sineTask, 'train', 1, 4000);
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = examples.filter(({ value }) => value >= tenth / 10 && value < (tenth + 1) / 10).length / examples.length;
    expect(Math.abs(share - 0.1)).toBeLessThan(0.025);
  }
  expect(examples.every(({ sequence }) => sequence.length === 40 && sequence.every((vector) => vector.length === 1))).toBe(true);
  const { embedding, ...model } = sineTask.model;
  expect(embedding).toBe(0);
  expect(() => modelSpec({ ...model, input: { kind: 'vectors', size: 1 }, output: { kind: 'linear', classes: 1 } })).not.toThrow();
});

test('there is more to be had than the cheap means find: a fine spectrum is far better than they', () => {
  const heldOut = heldOutExamples(sineTask, 1000, 1);
  const measured = sineTask.baselines(takeExamples(sineTask, 'train', 1, 4000), heldOut);
  const range = frequencies.highest - frequencies.lowest;
  const fine = meanSquaredError(
    heldOut.map(({ sequence }) => {
      const wave = sequence.map(([sample]) => sample);
      return [(spectralPeak(wave, { ...frequencies, steps: 400 }) - frequencies.lowest) / range];
    }),
    heldOut.map(({ value }) => [value]),
  );
  expect(measured.mean).toBeCloseTo(1 / 12, 2);
  expect(measured['zero crossings']).toBeGreaterThan(0.005);
  expect(measured['spectral peak']).toBeGreaterThan(0.0012);
  expect(fine).toBeLessThan(0.00006);
});
