import { describe, expect, test } from 'vitest';
import { svgPlot } from '../../src/experiments/svg-plot.ts';
import { knownRows, optionsOf, parts, rowsByKey, rowsOfPart } from './results-plan.mjs';
import { performanceText, readmeText, sweepPlots } from './results-text.mjs';

const made = { machine: 'a machine', host: 'chromium', date: '2026-01-02', cell: 'lstm', work: 'train' };
const figures = { adapter: 'vendor', msQuartiles: [1, 3], n: 20, firstMs: 9, tokensPerSecond: 5, gflops: 1, gflopsExecuted: 0.5 };

/** Every row of a part; `ms` by its place. */
function rowsOf(part: string, ms = (_: string, index: number) => index + 1) {
  return optionsOf(part).flatMap(({ sizes, peers }) =>
    sizes.flatMap(({ size, cell, workload }, index) =>
      peers.map(({ peer }) => ({ ...made, ...figures, peer, size, cell, work: workload.work, ms: ms(peer, index) })),
    ),
  );
}

const file = (rows: object[]) => rowsByKey(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
const marks = Object.keys(parts).map((part) => `<!-- made by npm run bench:results: ${part} -->\nold ${part}\n<!-- end of ${part} -->\n`);
const sectionOf = (text: string, part: string) => text.split(`results: ${part} -->\n`)[1].split('<!-- end')[0];

describe('the file of results', () => {
  const [{ sizes, peers }] = optionsOf('training');
  const rows = rowsOf('training').filter(({ size }) => size === sizes[0].size);

  test('has a size when it has all its peers, and a later row replaces an earlier one', () => {
    expect(knownRows(file(rows.slice(1)), sizes[0], peers)).toBeUndefined();
    const known = knownRows(file([...rows, { ...rows[0], ms: 77 }]), sizes[0], peers) ?? [];
    expect(known.map(({ ms }) => ms)).toEqual([77, ...rows.slice(1).map(({ ms }) => ms)]);
  });

  test('gives a sweep the size that it shares with a table, and nothing for one size alone', () => {
    expect(rowsOfPart(file(rows), 'T')).toEqual([]);
    const more = rowsOf('T').filter(({ size }) => size === '16x1024x64');
    expect(new Set(rowsOfPart(file([...rows, ...more]), 'T').map(({ size }) => size))).toEqual(new Set(['16x32x64', '16x1024x64']));
  });
});

describe('the documents', () => {
  test('keep what the file has nothing for', () => {
    const text = performanceText(marks.join(''), file(rowsOf('cells')));
    expect(sectionOf(text, 'training')).toBe('old training\n');
    expect(sectionOf(text, 'cells')).not.toContain('old');
  });

  test('say what was measured on, then one line per peer and size', () => {
    const section = sectionOf(performanceText(marks.join(''), file(rowsOf('inference'))), 'inference');
    expect(section.split('\n')[0]).toBe('a machine; chromium; adapter vendor; 2026-01-02:');
    expect(section.match(/^\| (retrograde|ort-)/gm)).toHaveLength(rowsOf('inference').length);
    expect(section).toContain('| ort-webgpu | stream | 1x1x64 | lstm | 2.0 | 1.0 to 3.0 | 20 | 9 |');
  });

  test('show a sweep as a plot, and say where lines end', () => {
    const rows = rowsOf('H').map((row) =>
      row.peer === 'tfjs-webgpu' && row.ms > 2
        ? { ...row, error: 'not tried after 16x32x64: three steps of 30.0 s are more than its 60 s' }
        : row,
    );
    const section = sectionOf(performanceText(marks.join(''), file(rows)), 'H');
    expect(section).toContain('(bench/time-over-H.svg)');
    expect(section).toContain('tfjs-webgpu was not tried after 16x32x64: three steps of 30.0 s are more than its 60 s.');
    const [{ file: name, plot }] = sweepPlots(file(rows));
    expect(name).toBe('bench/time-over-H.svg');
    const line = (peer: string) => plot.series.find((series: { name: string }) => series.name === peer)?.points;
    expect(line('retrograde')).toEqual([32, 64, 128, 256, 512, 1024].map((H, index) => [H, index + 1]));
    expect(line('tfjs-webgpu')?.map(([, ms]: number[]) => ms)).toEqual([1, 2, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(svgPlot(plot)).toContain('>1024</text>');
  });

  test('of the README are one size', () => {
    const text = '<!-- made by npm run bench:results: speed -->\nold\n<!-- end of speed -->\n';
    expect(readmeText(text, file(rowsOf('T')))).toContain('| tfjs-webgpu | 2.0 |');
    expect(readmeText(text, file([]))).toBe(text);
  });
});
