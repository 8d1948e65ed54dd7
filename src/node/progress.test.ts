import { expect, test } from 'vitest';
import { formatSeconds, progressBar, progressLine } from './progress.ts';

const progress = { step: 120, steps: 300, loss: 2.3104, gradientNorm: 0.81234, tokensPerSecond: 51234.4, secondsLeft: 12.4 };

test('the bar says step, loss, rate and time left, and fits its terminal', () => {
  expect(progressBar(progress, 80)).toBe(
    'step 120/300 [############....................] loss 2.310  51,234 tokens/s  0:12 left'.replace(/\[.*\]/, `[${bar(80)}]`),
  );
  for (const columns of [200, 120, 80, 60, 40, 10, 1]) expect(progressBar(progress, columns).length).toBeLessThan(columns);
  expect(progressBar(progress, 40)).toContain('loss 2.310');
  expect(progressBar(progress, 200)).toMatch(/\[#{16}\.{24}\]/);
});

function bar(columns: number): string {
  const room = columns - 1 - 'step 120/300 [] loss 2.310  51,234 tokens/s  0:12 left'.length;
  const filled = Math.floor(room * 0.4);
  return '#'.repeat(filled) + '.'.repeat(room - filled);
}

test('it is empty at the beginning and full at the end', () => {
  expect(progressBar({ ...progress, step: 0, tokensPerSecond: 0 }, 80)).toMatch(/^step {3}0\/300 \[\.+\] compiling kernels$/);
  expect(progressBar({ ...progress, step: 300 }, 80)).toMatch(/\[#+\]/);
});

test('a line for a log', () => {
  expect(progressLine(progress)).toBe('step 120/300  loss 2.310  gradient norm 0.812  51,234 tokens/s  0:12 left');
});

test.each([
  [0.4, '0:00'],
  [75, '1:15'],
  [3599.6, '1:00:00'],
  [3723, '1:02:03'],
  [-1, '0:00'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});
