import { expect, test } from 'vitest';
import { endOfLine, wasTried } from './sweep.mjs';

test('a peer goes on while three steps fit in its cap', () => {
  expect(endOfLine({ size: '16x64x64', ms: 20_000 }, 60)).toBeUndefined();
  expect(endOfLine({ size: '16x64x64', ms: 20_100 }, 60)).toBe('not tried after 16x64x64: three steps of 20.1 s are more than its 60 s');
});

test('a failure is told once, with the size at which it happened', () => {
  const first = endOfLine({ size: '16x64x64', error: 'out of memory' }, 60);
  expect(first).toBe('not tried after 16x64x64: out of memory');
  expect(endOfLine({ size: '16x128x64', error: first }, 60)).toBe(first);
  expect([{ error: first }, { error: 'out of memory' }, { ms: 1 }].map(wasTried)).toEqual([false, true, true]);
});
