import { expect, test } from 'vitest';
import { decodeWav, encodeWav } from '../../formats/wav.ts';
import { spectralPeak } from '../baselines/frequency.ts';
import { melodyTask } from './melody.ts';
import { synthesize } from './synthesize.ts';

const sampleRate = 8000;
/** 0.25 seconds an eighth, 2000 samples. */
const options = { sampleRate, quartersPerMinute: 120 };
const eighth = 2000;

const loudest = (samples: Float32Array): number => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

/** The fundamental between these samples, in Hz. */
const pitchOf = (samples: Float32Array, from: number, to: number): number =>
  sampleRate * spectralPeak([...samples.subarray(from, to)], { lowest: 200 / sampleRate, highest: 800 / sampleRate, steps: 601 });

test('notes sound at their pitch, one after another, for their length', () => {
  const samples = synthesize('A4-2 E5-1 | C4-3', options);
  expect(samples.length).toBe(Math.ceil((6 * 0.25 + 0.08 + 0.19) * sampleRate));
  expect(Math.abs(pitchOf(samples, 0, 2 * eighth) - 440)).toBeLessThan(3);
  // Past the echo of the note before.
  expect(Math.abs(pitchOf(samples, 2 * eighth + 1600, 3 * eighth) - 659.3)).toBeLessThan(12);
  expect(Math.abs(pitchOf(samples, 4 * eighth, 6 * eighth) - 261.6)).toBeLessThan(3);
});

test('a note begins and ends without a click and fades', () => {
  const samples = synthesize('C4-4', options);
  expect(samples[0]).toBe(0);
  expect(Math.abs(samples[samples.length - 1])).toBeLessThan(0.01);
  expect(loudest(samples.subarray(6000, 8000))).toBeLessThan(0.6 * loudest(samples.subarray(0, 2000)));
  const steps = samples.map((sample, index) => (index === 0 ? 0 : sample - samples[index - 1]));
  expect(loudest(steps)).toBeLessThan(0.35);
});

test('the end of a tune is silent, bar lines take no time', () => {
  const samples = synthesize(['C4-1', '|', 'end', 'C4-1'], options);
  expect(loudest(samples.subarray(eighth + 2400, 5 * eighth - 1))).toBe(0);
  expect(samples[5 * eighth]).toBe(0);
  expect(loudest(samples.subarray(5 * eighth, 6 * eighth))).toBeGreaterThan(0.2);
});

test('whole tunes stay within the scale and survive as WAV', () => {
  const tunes = melodyTask.text().split('\n').slice(0, 2).join('\n');
  const samples = synthesize(tunes, { sampleRate });
  expect(loudest(samples)).toBeGreaterThan(0.25);
  expect(loudest(samples)).toBeLessThan(1);
  const [heard] = decodeWav(encodeWav(samples, sampleRate)).channels;
  expect(heard).toHaveLength(samples.length);
  expect(loudest(heard.map((sample, index) => sample - samples[index]))).toBeLessThan(1 / 32768);
});

test('nothing to play is nothing; what cannot be played is refused', () => {
  expect(synthesize('')).toHaveLength(0);
  expect(synthesize('| end')).toHaveLength(0);
  expect(() => synthesize('C4-2 la la')).toThrow("got 'la'");
  expect(() => synthesize('C4-2', { sampleRate: 10 })).toThrow('sampleRate must be an integer of at least 1000, got 10');
  expect(() => synthesize('C4-2', { quartersPerMinute: 0 })).toThrow('quartersPerMinute must be a positive number, got 0');
});
