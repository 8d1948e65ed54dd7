import { expect, test } from 'vitest';
import { compared, isBad, type TimedRow, timedRow } from './row.ts';
import { parseSize } from './size.ts';
import { table } from './table.ts';

const size = parseSize('V-2x3x4');
const timing = { ms: 4, msQuartiles: [3, 5] as const, n: 30, msPipelined: 2, firstMs: 100, losses: [4, 3] };
const rowOf = (peer: 'retrograde' | 'pytorch', change: Partial<TimedRow> = {}, tf32 = false): TimedRow => ({
  ...timedRow({ peer, tf32 }, size, 'gru', timing, { flopPerSecond: 1e9, bytesPerSecond: 1e9 }),
  ...change,
});

test('ratios are above 1 where ours is faster', () => {
  const row = compared(rowOf('pytorch', { ms: 8, msPipelined: 3, losses: [4, 3.25, 9] }), rowOf('retrograde'));
  expect(row).toMatchObject({ timesOurs: 2, timesOursPipelined: 1.5, lossGap: 0.25 });
});

test('only our row says that it uploads', () => {
  expect([rowOf('retrograde').uploads, rowOf('pytorch').uploads]).toEqual([true, false]);
});

test.each([
  [rowOf('retrograde'), false],
  [rowOf('retrograde', { losses: [4, Number.NaN] }), true],
  [rowOf('pytorch', { lossGap: 0.001 }), false],
  [rowOf('pytorch', { lossGap: 0.0011 }), true],
  [rowOf('pytorch', { lossGap: Number.NaN }), true],
  [rowOf('pytorch', { lossGap: 0.0011 }, true), false],
  [{ peer: 'retrograde', size: '1x1x1', cell: 'gru', tf32: false, error: 'too large' } as const, true],
  [{ peer: 'pytorch', size: '1x1x1', cell: 'gru', tf32: false, error: 'too large' } as const, false],
])('%o is to be trusted or not', (row, bad) => {
  expect(isBad(row)).toBe(bad);
});

test('the table holds ratio, shares and errors', () => {
  const ours = rowOf('retrograde', { flopShare: 0.123, bandwidthShare: 0.001 });
  const other = compared(rowOf('pytorch', { ms: 8 }, true), ours);
  const lines = table([ours, other, { peer: 'pytorch', size: 'V-2x3x4', cell: 'gru', tf32: false, error: 'out of memory' }])
    .trim()
    .split('\n');
  expect(lines[2]).toContain('| retrograde | V-2x3x4 | gru | 4.00 | 3.00 to 5.00 | 30 | 2.00 |');
  expect(lines[2]).toContain('| 12.3 % | 0.10 % |');
  expect(lines[3]).toContain('| pytorch, TF32 |');
  expect(lines[3]).toContain('| 2.00 (1.00 pipelined) |');
  expect(lines[4]).toContain('| out of memory |');
  expect(new Set(lines.map((line) => line.split('|').length)).size).toBe(1);
});
