import { expect, it } from 'vitest';
import { formatBytes, formatCount, formatReal } from './format.ts';

it.each([
  [2.31449, '2.314'],
  [0, '0.000'],
  [0.00042, '0.00042'],
  [123.4, '123'],
  [12345678, '1.2e+7'],
  [0.00001, '1.0e-5'],
  [Number.NaN, 'not a number'],
  [Number.POSITIVE_INFINITY, 'infinite'],
])('writes the real %d as %s', (value, text) => expect(formatReal(value)).toBe(text));

it.each([
  [512, '512 B'],
  [1024, '1.0 KiB'],
  [3_600_000, '3.4 MiB'],
  [500 * 1024 ** 2, '500 MiB'],
  [5 * 1024 ** 4, '5120 GiB'],
])('writes %d bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

it('sets thousands apart', () => expect(formatCount(12345.6)).toBe('12,346'));
