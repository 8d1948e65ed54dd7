import { expect, test } from 'vitest';
import { resample } from './sound.ts';

const tone = (frequency: number, rate: number, seconds = 0.5): Float32Array =>
  Float32Array.from({ length: rate * seconds }, (_, index) => 0.5 * Math.sin((2 * Math.PI * frequency * index) / rate));

/** Root of the mean square, without the ends, where the filter swings in. */
function loudness(samples: Float32Array): number {
  const middle = samples.subarray(Math.floor(samples.length / 10), Math.ceil((9 * samples.length) / 10));
  return Math.sqrt(middle.reduce((sum, value) => sum + value * value, 0) / middle.length);
}

/** Rises through zero per second. */
const pitch = (samples: Float32Array, rate: number): number =>
  (samples.filter((value, index) => index > 0 && samples[index - 1] < 0 && value >= 0).length * rate) / samples.length;

test.each([
  [44_100, 8000],
  [48_000, 16_000],
  [8000, 44_100],
  [22_050, 24_000],
])('from %i to %i Hz a tone keeps its length, pitch and loudness', (from, to) => {
  const samples = resample(tone(440, from), from, to);
  expect(Math.abs(samples.length - to * 0.5)).toBeLessThanOrEqual(1);
  expect(Math.abs(pitch(samples, to) - 440)).toBeLessThan(4);
  expect(loudness(samples)).toBeCloseTo(0.5 / Math.SQRT2, 2);
});

test('what is too high for the new rate is gone, not folded back', () => {
  expect(loudness(resample(tone(6000, 44_100), 44_100, 8000))).toBeLessThan(0.001);
});

test('the same rate is the same sound', () => {
  const samples = tone(440, 8000);
  expect(resample(samples, 8000, 8000)).toBe(samples);
});
