import { describe, expect, test } from 'vitest';
import { gumbel, pcg4d, type SampleOptions, sample, type Vector4 } from './sample.ts';

const options: SampleOptions = { classes: 4, temperature: 1, topK: 0, seed: 7, position: 0, row: 0 };

/** pcg4d as the paper prints it, in whole numbers modulo 2^32. */
function pcg4dExactly(input: Vector4): number[] {
  const wrap = (value: bigint) => BigInt.asUintN(32, value);
  let [x, y, z, w] = input.map((value) => wrap(BigInt(value) * 1664525n + 1013904223n));
  const mix = () => {
    x = wrap(x + y * w);
    y = wrap(y + z * x);
    z = wrap(z + x * y);
    w = wrap(w + y * z);
  };
  mix();
  [x, y, z, w] = [x, y, z, w].map((value) => value ^ (value >> 16n));
  mix();
  return [x, y, z, w].map(Number);
}

test.each<[Vector4]>([[[0, 0, 0, 0]], [[1, 2, 3, 4]], [[0xffffffff, 0x80000000, 12345, 0xdeadbeef]], [[7, 1000000, 63, 49999]]])(
  'pcg4d of %o is exact',
  (input) => {
    expect([...pcg4d(input)]).toEqual(pcg4dExactly(input));
  },
);

describe('sample', () => {
  const logits = [1, 0, 2, -1];

  const frequencies = (changed: Partial<SampleOptions>, draws = 20000) => {
    const counts = [0, 0, 0, 0];
    for (let position = 0; position < draws; position++) counts[sample({ ...options, ...changed, position }, logits)]++;
    return counts.map((count) => count / draws);
  };

  const expectSoftmax = (actual: readonly number[], temperature: number, kept: readonly number[]) => {
    const weights = logits.map((logit, v) => (kept.includes(v) ? Math.exp(logit / temperature) : 0));
    const total = weights.reduce((a, b) => a + b, 0);
    // 4 standard deviations of 20,000 draws are at most 0.014.
    for (const [v, weight] of weights.entries()) expect(Math.abs(actual[v] - weight / total)).toBeLessThan(0.015);
  };

  test.each([0.5, 1, 2])('draws follow the softmax at temperature %f', (temperature) => {
    expectSoftmax(frequencies({ temperature }), temperature, [0, 1, 2, 3]);
  });

  test('top-k draws among the k largest only', () => {
    const actual = frequencies({ topK: 2 });
    expectSoftmax(actual, 1, [0, 2]);
    expect([actual[1], actual[3]]).toEqual([0, 0]);
    expect(frequencies({ topK: 1 }, 100)).toEqual([0, 0, 1, 0]);
  });

  test('ties with the k-th largest stay', () => {
    const drawn = new Set<number>();
    for (let position = 0; position < 200; position++) drawn.add(sample({ ...options, topK: 2, position }, [3, 1, 3, 3]));
    expect([...drawn].sort()).toEqual([0, 2, 3]);
  });

  test('top-p draws among the likeliest that have p together, at the temperature', () => {
    // 0.644, 0.237, 0.087, 0.032 at temperature 1
    expectSoftmax(frequencies({ topP: 0.85 }), 1, [0, 2]);
    expectSoftmax(frequencies({ topP: 0.9 }), 1, [0, 1, 2]);
    expect(frequencies({ topP: 0.64 }, 100)).toEqual([0, 0, 1, 0]);
    // 0.455, 0.276, 0.167, 0.102 at temperature 2; of the first two 0.622 and 0.378
    expectSoftmax(frequencies({ topP: 0.64, temperature: 2 }), 2, [0, 2]);
    expect(frequencies({ topP: 0.6, temperature: 2, topK: 2 }, 100)).toEqual([0, 0, 1, 0]);
    expectSoftmax(frequencies({ topP: 1 }), 1, [0, 1, 2, 3]);
    expectSoftmax(frequencies({ topP: 0 }), 1, [0, 1, 2, 3]);
  });

  test('ties with the last of the top p stay', () => {
    const drawn = new Set<number>();
    for (let position = 0; position < 200; position++) drawn.add(sample({ ...options, topP: 0.3, position }, [3, 1, 3, 3]));
    expect([...drawn].sort()).toEqual([0, 2, 3]);
  });

  test('temperature 0 takes the largest, the lowest class of equals, never padding', () => {
    expect(sample({ ...options, temperature: 0 }, [1, 5, 5, 2, 99])).toBe(1);
    expect(sample({ ...options, temperature: 0, topK: 2 }, [-3, -5, -2, -2])).toBe(2);
  });

  test('the same counter draws the same class; seed, position and row each change the draws', () => {
    const draws = (changed: Partial<SampleOptions>, vary: 'position' | 'row') =>
      Array.from({ length: 50 }, (_, i) => sample({ ...options, ...changed, [vary]: i }, [0, 0, 0, 0])).join('');
    expect(draws({}, 'position')).toBe(draws({}, 'position'));
    expect(new Set([draws({}, 'position'), draws({ seed: 8 }, 'position'), draws({ row: 1 }, 'position'), draws({}, 'row')]).size).toBe(4);
  });

  test('noise is finite', () => {
    for (let v = 0; v < 10000; v++) expect(Number.isFinite(gumbel(1, 2, 3, v))).toBe(true);
  });
});
