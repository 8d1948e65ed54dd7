import { expect, test } from 'vitest';
import { crossingFrequency, spectralPeak } from './frequency.ts';

const wave = (frequency: number, phase: number, length: number) =>
  Array.from({ length }, (_, t) => Math.sin(2 * Math.PI * frequency * t + phase));

test('crossings: two a cycle', () => {
  expect(crossingFrequency([1, -1, 1, -1, 1])).toBe(0.5);
  expect(crossingFrequency([5, 5, 6, 6, 5, 5, 6, 6])).toBeCloseTo(3 / 14, 12);
  expect(crossingFrequency(wave(0.05, 0.3, 1000))).toBeCloseTo(0.05, 2);
});

test('the peak is at the frequency, whatever the phase', () => {
  const range = { lowest: 0, highest: 0.5, steps: 501 };
  for (const frequency of [0.05, 0.123, 0.4]) {
    for (const phase of [0, 1, 2, 3]) expect(spectralPeak(wave(frequency, phase, 400), range)).toBeCloseTo(frequency, 2);
  }
});
