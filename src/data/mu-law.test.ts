import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { decodeMuLaw, encodeMuLaw, muLawLevels } from './mu-law.ts';

const all = Array.from({ length: muLawLevels }, (_, token) => token);

test('every token comes back', () => {
  expect([...encodeMuLaw(decodeMuLaw(all))]).toEqual(all);
});

test('by hand: the ends, silence, and the middle of the scale, where 16 = sqrt(1 + µ) gives |x| = 15/255', () => {
  expect([...encodeMuLaw([-1, 0, 1, -3, 3])]).toEqual([0, 128, 255, 0, 255]);
  expect([...decodeMuLaw([0, 255])]).toEqual([-1, 1]);
  // y = 1/2 lies between tokens 191 and 192, (y + 1) / 2 · 255 = 191.25
  expect([...encodeMuLaw([15 / 255, -15 / 255])]).toEqual([191, 64]);
  expect(decodeMuLaw([191])[0]).toBeCloseTo((16 ** (2 * (382 / 255 - 1)) - 1) / 255, 7);
});

test('the scale rises and is odd', () => {
  const samples = decodeMuLaw(all);
  for (let token = 1; token < muLawLevels; token++) expect(samples[token]).toBeGreaterThan(samples[token - 1]);
  for (const token of all) expect(samples[muLawLevels - 1 - token]).toBe(-samples[token]);
});

test('the error is relative: half a step of ln(256)·2/255 of µ|x| + 1', () => {
  const half = (Math.log(256) * 2) / 255 / 2;
  fc.assert(
    fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (sample) => {
      const [heard] = decodeMuLaw(encodeMuLaw([sample]));
      const bound = ((Math.abs(sample) * 255 + 1) * Math.expm1(half)) / 255;
      expect(Math.abs(heard - sample)).toBeLessThanOrEqual(bound + 1e-7);
    }),
  );
});

test('a quiet sine keeps its shape: at amplitude 0.01 the noise is 25 dB below, where 8 even bits leave less than 15', () => {
  const sine = Float32Array.from({ length: 1000 }, (_, t) => 0.01 * Math.sin(t / 7));
  const power = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);
  const decibels = (heard: Float32Array): number => 10 * Math.log10(power(sine) / power(sine.map((value, t) => heard[t] - value)));
  expect(decibels(decodeMuLaw(encodeMuLaw(sine)))).toBeGreaterThan(25);
  expect(decibels(sine.map((value) => Math.round(value * 128) / 128))).toBeLessThan(15);
});

test('what is no sample or no token is refused', () => {
  expect(() => encodeMuLaw([0, Number.NaN])).toThrow('sample 1 must be a number, got NaN');
  for (const token of [-1, 256, 1.5, Number.NaN]) expect(() => decodeMuLaw([token])).toThrow(InputError);
});
