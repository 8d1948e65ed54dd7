import { describe, expect, test } from 'vitest';
import { fallsOwn, shareAfter } from './feed-token.ts';

describe('the share of its own tokens', () => {
  const most = 0.8;
  test.each([
    ['constant', 0, 0.8],
    ['constant', 1e6, 0.8],
    ['linear', 0, 0],
    ['linear', 25, 0.2],
    ['linear', 1000, 0.8],
    ['exponential', 0, 0],
    ['exponential', 100, 0.8 * (1 - Math.exp(-1))],
    ['inverse-sigmoid', 0, 0.8 / 101],
    // half of the way where exp(n / steps) equals steps
    ['inverse-sigmoid', 100 * Math.log(100), 0.4],
  ] as const)('%s after %d updates is %d', (schedule, applied, share) => {
    expect(shareAfter({ most, schedule, steps: 100 }, applied)).toBeCloseTo(share, 12);
  });

  test('coins fall as often as they should, and differ by step, row and seed', () => {
    const share = { most: 0.3, schedule: 'constant', steps: 1 } as const;
    const coins = (seed: number) =>
      Array.from({ length: 20_000 }, (_, index) => fallsOwn({ share }, seed, index % 50, Math.floor(index / 50), 0));
    const first = coins(1);
    // four standard deviations
    expect(Math.abs(first.filter(Boolean).length / first.length - 0.3)).toBeLessThan(0.013);
    const second = coins(2);
    const both = first.filter((own, index) => own && second[index]).length / first.length;
    expect(Math.abs(both - 0.09)).toBeLessThan(0.01);
  });
});
