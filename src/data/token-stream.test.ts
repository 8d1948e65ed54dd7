import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTokenStream, createValidationStream, type TokenStream, type TokenWindow } from './token-stream.ts';

const counting = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

/** Input positions that count in a window, by row. */
function positions(stream: TokenStream, window: TokenWindow): number[][] {
  return Array.from({ length: stream.batch }, (_, row) => {
    const end = Math.min(window.ends[row], window.starts[row] + stream.timeSteps);
    return Array.from({ length: Math.max(0, end - window.starts[row]) }, (_, t) => window.starts[row] + t);
  });
}

const epoch = (stream: TokenStream): TokenWindow[] => Array.from({ length: stream.windowsPerEpoch }, (_, step) => stream.window(step));

const sizes = fc
  .record({ batch: fc.integer({ min: 1, max: 9 }), timeSteps: fc.integer({ min: 1, max: 12 }), extra: fc.nat(300) })
  .map(({ batch, timeSteps, extra }) => ({ batch, timeSteps, length: batch * timeSteps + 1 + extra }));

describe('in stream order', () => {
  test('a small one, drawn out', () => {
    const stream = createTokenStream(counting(18), { batch: 2, timeSteps: 3 });
    expect(stream).toMatchObject({ kind: 'token-stream', batch: 2, timeSteps: 3, windowsPerEpoch: 2 });
    expect(stream.tokens).toEqual(Uint32Array.from(counting(18)));
    const window = (starts: number[], ends: number[], anew: number) => ({
      starts: Uint32Array.from(starts),
      ends: Uint32Array.from(ends),
      anew: Uint32Array.of(anew, anew),
      targetCount: 6,
    });
    expect(stream.window(0)).toEqual(window([0, 8], [3, 11], 1));
    expect(stream.window(1)).toEqual(window([3, 11], [6, 14], 0));
    expect(stream.window(2)).toEqual(stream.window(0));
  });

  test('rows read on where they stopped, no target comes twice, and less than a window per lane is left out', () => {
    fc.assert(
      fc.property(sizes, ({ batch, timeSteps, length }) => {
        const stream = createTokenStream(counting(length), { batch, timeSteps, order: 'stream' });
        const windows = epoch(stream);
        const seen = new Set<number>();
        for (const [step, window] of windows.entries()) {
          expect(window.anew.every((anew) => anew === (step === 0 ? 1 : 0))).toBe(true);
          expect(window.targetCount).toBe(batch * timeSteps);
          const rows = positions(stream, window);
          expect(rows.every((row) => row.length === timeSteps)).toBe(true);
          for (const position of rows.flat()) {
            expect(seen.has(position)).toBe(false);
            expect(position + 1).toBeLessThan(length);
            seen.add(position);
          }
          if (step > 0) expect(window.starts).toEqual(windows[step - 1].ends);
        }
        const lane = Math.floor((length - 1) / batch);
        expect(seen.size).toBe(batch * (lane - (lane % timeSteps)));
      }),
    );
  });
});

test('windows that overlap: each target counts once, in the first window in which it comes', () => {
  const overlapping = sizes.chain(({ batch, timeSteps, length }) =>
    fc.record({
      batch: fc.constant(batch),
      timeSteps: fc.constant(timeSteps),
      length: fc.constant(length),
      every: fc.integer({ min: 1, max: timeSteps }),
    }),
  );
  fc.assert(
    fc.property(overlapping, ({ batch, timeSteps, length, every }) => {
      const stream = createTokenStream(counting(length), { batch, timeSteps, every });
      const seen = new Set<number>();
      for (const [step, window] of epoch(stream).entries()) {
        expect(window.anew.every((value) => value === (step === 0 ? 1 : 0))).toBe(true);
        const counted = positions(stream, window).flatMap((row) => (step === 0 ? row : row.slice(timeSteps - every)));
        expect(window.targetCount).toBe(counted.length);
        for (const position of counted) {
          expect(seen.has(position)).toBe(false);
          seen.add(position);
        }
      }
      const lane = Math.floor((length - 1) / batch);
      expect(seen.size).toBe(batch * (lane - ((lane - timeSteps) % every)));
    }),
  );
});

describe('in random order', () => {
  test('windows lie inside the text and always reset', () => {
    fc.assert(
      fc.property(sizes, fc.nat(10_000), ({ batch, timeSteps, length }, step) => {
        const stream = createTokenStream(counting(length), { batch, timeSteps, order: 'random', seed: 3 });
        const window = stream.window(step);
        expect(window.anew.every((anew) => anew === 1)).toBe(true);
        expect(window.targetCount).toBe(batch * timeSteps);
        for (const row of positions(stream, window)) {
          expect(row).toHaveLength(timeSteps);
          expect(row[timeSteps - 1] + 1).toBeLessThan(length);
        }
      }),
    );
  });

  test('a window depends on seed, step and row alone', () => {
    const options = { batch: 4, timeSteps: 5, order: 'random' } as const;
    const [one, two] = [0, 1].map(() => createTokenStream(counting(1000), { ...options, seed: 9 }));
    one.window(0);
    expect(one.window(123)).toEqual(two.window(123));
    expect(one.window(123).starts).not.toEqual(one.window(124).starts);
    expect(one.window(123).starts).not.toEqual(createTokenStream(counting(1000), { ...options, seed: 10 }).window(123).starts);
    expect(new Set(one.window(123).starts).size).toBe(4);
  });

  test('every place can be a start, the first and the last too', () => {
    const stream = createTokenStream(counting(9), { batch: 8, timeSteps: 4, order: 'random' });
    const starts = new Set(Array.from({ length: 40 }, (_, step) => [...stream.window(step).starts]).flat());
    expect([...starts].sort()).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('for validation', () => {
  test('every target comes exactly once, whatever the sizes', () => {
    const any = fc.record({
      batch: fc.integer({ min: 1, max: 9 }),
      timeSteps: fc.integer({ min: 1, max: 12 }),
      length: fc.integer({ min: 2, max: 300 }),
    });
    fc.assert(
      fc.property(any, ({ batch, timeSteps, length }) => {
        const stream = createValidationStream(counting(length), { batch, timeSteps });
        const windows = epoch(stream);
        const seen = windows.flatMap((window) => positions(stream, window).flat());
        expect([...seen].sort((a, b) => a - b)).toEqual([...counting(length - 1)]);
        expect(windows.reduce((sum, { targetCount }) => sum + targetCount, 0)).toBe(length - 1);
        expect(windows.every(({ targetCount }) => targetCount > 0)).toBe(true);
        for (const [step, { starts, ends, anew }] of windows.entries()) {
          expect(anew.every((value) => value === (step === 0 ? 1 : 0))).toBe(true);
          expect(starts.every((start, row) => start <= ends[row] && ends[row] < length)).toBe(true);
          // States carry over only where a row reads on without a gap.
          if (step > 0) expect(starts).toEqual(windows[step - 1].ends);
        }
      }),
    );
  });

  test('a small one, drawn out', () => {
    const stream = createValidationStream(counting(8), { batch: 2, timeSteps: 3 });
    expect(epoch(stream)).toEqual([
      { starts: Uint32Array.of(0, 3), ends: Uint32Array.of(3, 6), anew: Uint32Array.of(1, 1), targetCount: 6 },
      { starts: Uint32Array.of(3, 6), ends: Uint32Array.of(3, 7), anew: Uint32Array.of(0, 0), targetCount: 1 },
    ]);
  });
});

describe('refusals', () => {
  test('a text too short says how long it must be', () => {
    expect(() => createTokenStream(counting(512), { batch: 16, timeSteps: 32 })).toThrow(
      'text has 512 tokens, batch 16 x timeSteps 32 wants at least 513',
    );
    expect(createTokenStream(counting(513), { batch: 16, timeSteps: 32 }).windowsPerEpoch).toBe(1);
    expect(() => createTokenStream(counting(32), { batch: 16, timeSteps: 32, order: 'random' })).toThrow('wants at least 33');
    expect(createTokenStream(counting(33), { batch: 16, timeSteps: 32, order: 'random' }).windowsPerEpoch).toBe(1);
    expect(() => createValidationStream(counting(1), { batch: 1, timeSteps: 1 })).toThrow('text has 1 tokens');
  });

  test('sizes, order, seed, step and tokens are checked', () => {
    const tokens = counting(10);
    expect(() => createTokenStream(tokens, { batch: 0, timeSteps: 1 })).toThrow('batch must be a positive integer, got 0');
    expect(() => createValidationStream(tokens, { batch: 1, timeSteps: 0 })).toThrow('timeSteps must be a positive integer, got 0');
    expect(() => createTokenStream(tokens, { batch: 1, timeSteps: 3, every: 4 })).toThrow('every must be at most the 3 timeSteps, got 4');
    expect(() => createTokenStream(tokens, { batch: 1, timeSteps: 3, every: 2, order: 'random' })).toThrow(
      "every belongs to order 'stream', got 2 for 'random'",
    );
    const sorted = 'sorted' as 'stream';
    expect(() => createTokenStream(tokens, { batch: 1, timeSteps: 1, order: sorted })).toThrow("order must be one of 'stream', 'random'");
    expect(() => createTokenStream(tokens, { batch: 1, timeSteps: 1, seed: -1 })).toThrow('seed must be an integer');
    expect(() => createTokenStream(tokens, { batch: 1, timeSteps: 1 }).window(-1)).toThrow('step must be zero or a positive integer');
    expect(() => createTokenStream(Int32Array.of(1, -2, 3), { batch: 1, timeSteps: 1 })).toThrow(
      'token 1 must be zero or a positive integer, got -2',
    );
  });
});

test('unsigned tokens are used as they are', () => {
  const tokens = Uint32Array.from(counting(10));
  expect(createTokenStream(tokens, { batch: 1, timeSteps: 1 }).tokens).toBe(tokens);
});
