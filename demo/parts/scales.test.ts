import { describe, expect, it } from 'vitest';
import { formatTick, logarithmicRange, logarithmicSplits, paddedRange } from './scales.ts';

const ticks = (least: number, most: number) => logarithmicSplits(undefined, 1, least, most);

describe('the ticks of a logarithm', () => {
  it('are 1, 2 and 5 of each decade, as numbers that are written short', () => {
    expect(ticks(0.04, 3)).toEqual([0.05, 0.1, 0.2, 0.5, 1, 2]);
    expect(ticks(0.1, 10).map(formatTick)).toEqual(['0.1', '0.2', '0.5', '1', '2', '5', '10']);
  });

  it('are powers of ten where there are many, and as few as have room', () => {
    expect(ticks(2e-4, 0.7)).toEqual([1e-3, 0.01, 0.1]);
    expect(ticks(2e-8, 40)).toEqual([1e-7, 1e-5, 1e-3, 0.1, 10]);
  });

  it('end, wherever a falling loss begins its range', () => {
    for (let step = 1; step < 2000; step++) {
      const [least, most] = logarithmicRange(undefined, 3 * Math.exp(-step / 90) + 1e-6, 3);
      const found = ticks(least, most);
      expect(found.length).toBeGreaterThan(0);
      expect(found.length).toBeLessThan(8);
      expect(found).toEqual([...found].sort((left, right) => left - right));
    }
  });
});

describe('the range', () => {
  it('of a logarithm spans a factor of two at least, and a frame where there is nothing', () => {
    const [least, most] = logarithmicRange(undefined, 1, 1);
    expect(most / least).toBeCloseTo(2);
    expect(logarithmicRange(undefined, null, null)).toEqual([0.1, 10]);
  });

  it('of values has air, and does not go below zero for it', () => {
    expect(paddedRange(undefined, 0, 1)).toEqual([0, 1.1]);
    expect(paddedRange(undefined, null, null)).toEqual([0, 1]);
    expect(paddedRange(undefined, 0, 0)[1]).toBeGreaterThan(0);
  });
});
