import { expect, test } from 'vitest';
import { timeNormsPlot } from './time-norms-plot.ts';

test('draws a line for each layer and its cells, and says how they go back', () => {
  const norms = Float64Array.from({ length: 20 }, (_, t) => 2 ** (t - 19));
  const flat = new Float64Array(20).fill(1);
  const layer = { name: 'l0', norms, ratio: norms[0], rate: 0.5, words: 'halves every 1.0 steps' };
  const text = timeNormsPlot({ step: 30, layers: [{ ...layer, cell: { norms: flat, ratio: 1, rate: 1, words: 'keeps its size' } }] }, 60);
  const lines = text.split('\n');
  expect(lines[0]).toBe('Gradient through time, step 30');
  expect(lines.slice(-3, -1).map((line) => line.trim())).toEqual(['a  l0: halves every 1.0 steps', 'b  l0, cells: keeps its size']);
  // the first time step stands lowest and leftmost, the last one highest
  const rows = lines.slice(1, 13).map((line) => line.split('|')[1] ?? '');
  const marked = rows.filter((row) => row.includes('a'));
  expect(marked.length).toBeGreaterThan(5);
  expect(marked.map((row) => row.indexOf('a'))).toEqual(marked.map((row) => row.indexOf('a')).sort((a, b) => b - a));
  expect(rows[0]).toContain('b');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
});
