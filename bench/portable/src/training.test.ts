import { expect, test } from 'vitest';
import { parseSize } from './size.ts';
import { byKernel, makeBatch } from './training.ts';

test('batches have the shapes that the trainer wants', () => {
  const tokens = makeBatch(parseSize('2x3x8'), 'lstm');
  const vectors = makeBatch(parseSize('V-2x3x8'), 'gru');
  expect([tokens.input.length, tokens.target.length]).toEqual([6, 6]);
  expect([vectors.input.length, vectors.target.length]).toEqual([48, 6]);
  expect(vectors.input).toBeInstanceOf(Float32Array);
  expect(Math.max(...tokens.target)).toBeLessThan(64);
});

test('the time of a kernel is that of all its dispatches, the slowest first', () => {
  const times = [
    { kernel: 'a', milliseconds: 1 },
    { kernel: 'b', milliseconds: 4 },
    { kernel: 'a', milliseconds: 2 },
  ];
  expect(byKernel(times)).toEqual([
    { kernel: 'b', ms: 4, dispatches: 1 },
    { kernel: 'a', ms: 3, dispatches: 2 },
  ]);
});
