import { expect, test } from 'vitest';
import { nonFiniteSpec } from './non-finite.ts';

test('the default skips; rewind has numbers of its own', () => {
  expect(nonFiniteSpec()).toEqual({ nonFinite: 'skip' });
  expect(nonFiniteSpec('stop')).toEqual({ nonFinite: 'stop' });
  expect(nonFiniteSpec('rewind')).toEqual({ nonFinite: 'rewind', rewind: { every: 100, factor: 0.5, attempts: 10 } });
  expect(nonFiniteSpec('rewind', { every: 7 }).rewind).toEqual({ every: 7, factor: 0.5, attempts: 10 });
});

test('what cannot be is refused', () => {
  const policy = 'ignore' as 'skip';
  expect(() => nonFiniteSpec(policy)).toThrow("nonFinite must be one of 'skip', 'stop', 'rewind', got 'ignore'");
  expect(() => nonFiniteSpec('stop', { every: 5 })).toThrow("rewind belongs to nonFinite 'rewind', got nonFinite 'stop'");
  expect(() => nonFiniteSpec('rewind', { every: 0 })).toThrow('rewind.every must be a positive integer, got 0');
  expect(() => nonFiniteSpec('rewind', { factor: 0 })).toThrow('rewind.factor must be above 0 and at most 1, got 0');
  expect(() => nonFiniteSpec('rewind', { factor: 1.5 })).toThrow('rewind.factor must be above 0 and at most 1, got 1.5');
  expect(() => nonFiniteSpec('rewind', { attempts: 1.5 })).toThrow('rewind.attempts must be a positive integer, got 1.5');
});
