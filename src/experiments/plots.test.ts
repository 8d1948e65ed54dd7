import { describe, expect, test } from 'vitest';
import { axisOf, type LinePlot } from './line-plot.ts';
import { svgPlot } from './svg-plot.ts';
import { textPlot } from './text-plot.ts';

const plot: LinePlot = {
  title: 'Rise <and> fall',
  x: 'time & step',
  y: 'norm',
  logarithmic: true,
  series: [
    {
      name: 'falls',
      points: [
        [1, 1e-40],
        [2, 1e-20],
        [3, 1],
      ],
    },
    {
      name: 'rises',
      points: [
        [1, 1e30],
        [2, Number.NaN],
        [3, 1],
      ],
    },
    { name: 'nothing', points: [[1, 0]] },
  ],
};

describe('an axis', () => {
  test.each([
    [[0, 200], 8, [0, 50, 100, 150, 200]],
    [[1, 9.7], 5, [0, 2, 4, 6, 8, 10]],
    [[-0.03, 0.05], 4, [-0.04, -0.02, 0, 0.02, 0.04, 0.06]],
    [[5, 5], 4, [4, 6]],
  ])('over %j in about %i steps', (values, wanted, ticks) => {
    const axis = axisOf(values, wanted);
    expect(axis.ticks).toEqual(ticks);
    expect([axis.low, axis.high]).toEqual([ticks[0], ticks.at(-1)]);
  });

  test('of exponents has whole numbers', () => {
    expect(axisOf([-0.4, 0.7], 7, true).ticks).toEqual([-1, 0, 1]);
    expect(axisOf([-45, 37], 7, true).ticks.every(Number.isInteger)).toBe(true);
  });

  test('of nothing, or of what is not finite, is still an axis', () => {
    for (const values of [[], [Number.NaN, Number.POSITIVE_INFINITY]])
      expect(axisOf(values, 4).high).toBeGreaterThan(axisOf(values, 4).low);
  });
});

describe('a plot as SVG', () => {
  const svg = svgPlot(plot);
  /** Points of each drawn line. */
  const lines = [...svg.matchAll(/<path d="(M[^"]*)" fill="none" stroke="#(?!555)/g)].map(([, path]) => path);

  test('has a line for each series, from left to right, large numbers on top', () => {
    const [[left, low], [middle], [right, high]] = lines[0]
      .split(/[ML]/)
      .slice(1)
      .map((point) => point.split(' ').map(Number));
    expect(left).toBeLessThan(middle);
    expect(middle).toBeLessThan(right);
    expect(high).toBeLessThan(low);
  });

  test('leaves a gap where there is no number', () => {
    expect(lines[1].match(/M/g)).toHaveLength(2);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('escapes what a reader wrote, and names everything', () => {
    expect(svg).toContain('Rise &lt;and&gt; fall');
    expect(svg).toContain('time &amp; step');
    for (const { name } of plot.series) expect(svg).toContain(`>${name}</text>`);
  });

  test('names do not lie over one another', () => {
    const many = { ...plot, series: Array.from({ length: 11 }, (_, index) => ({ name: `line ${index}`, points: [[0, 1]] as const })) };
    const places = [...svgPlot(many).matchAll(/y="([\d.]+)">line/g)].map(([, place]) => Number(place)).sort((a, b) => a - b);
    expect(places).toHaveLength(11);
    for (const [index, place] of places.entries()) if (index > 0) expect(place - places[index - 1]).toBeGreaterThanOrEqual(14);
  });

  test('members of a family share a colour and not a dash', () => {
    const series = ['a', 'b', 'c'].map((name) => ({ name, family: name === 'c' ? 'other' : 'one', points: [[0, 1]] as const }));
    const strokes = [...svgPlot({ ...plot, series }).matchAll(/h24" stroke="(#\w+)" stroke-width="2"([^/]*)\/>/g)];
    expect(strokes.map(([, colour]) => colour)).toEqual([strokes[0][1], strokes[0][1], expect.not.stringContaining(strokes[0][1])]);
    expect(strokes[1][2]).not.toBe(strokes[0][2]);
  });

  test('doubles from tick to tick where it is told to', () => {
    const points = [1, 4, 8].map((x) => [x, x] as const);
    const doubling = svgPlot({ ...plot, doubling: true, series: [{ name: 'line', points }] });
    const ticks = [...doubling.matchAll(/<text x="([\d.]+)" y="426" text-anchor="middle">(\d+)</g)].map(([, place, label]) => [
      label,
      Number(place),
    ]);
    expect(ticks.map(([label]) => label)).toEqual(['1', '2', '4', '8']);
    const [, path] = /<path d="(M[^"]*)" fill="none" stroke="#0072b2"/.exec(doubling) ?? [];
    const drawn = path
      .split(/[ML]/)
      .slice(1)
      .map((point) => Number(point.split(' ')[0]));
    expect(drawn).toEqual([ticks[0][1], ticks[2][1], ticks[3][1]]);
  });

  test('has another colour for each of its own on dark', () => {
    const [, dark] = /<style>(.*)<\/style>/.exec(svg) ?? [];
    const colours = new Set([...svg.replace(dark, '').matchAll(/(?:stroke|fill)="(#\w+)"/g)].map(([, colour]) => colour));
    colours.delete('#222'); // of the text, which the whole picture sets
    expect(colours.size).toBeGreaterThan(4);
    for (const colour of colours) expect(dark).toContain(`="${colour}"]`);
    expect(dark).toContain('svg{fill:');
  });

  test('is small', () => {
    expect(svg.length).toBeLessThan(6000);
  });
});

describe('a plot as text', () => {
  const lines = textPlot(plot, 60, 15).split('\n');

  test('keeps within its columns', () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  test('has both lines in their places, and their names', () => {
    const row = (mark: string, from: number) => lines.findIndex((line, index) => index >= from && line.slice(10).includes(mark));
    // line b begins at the top left, line a at the bottom left; both end at 1 on the right, where the later one is seen
    expect(row('b', 1)).toBeLessThan(row('a', 1));
    expect(lines[row('b', 1)].indexOf('b')).toBe(10);
    expect(lines.join('\n')).toContain('b  rises');
    expect(lines.join('\n')).toMatch(/1e-40 \|/);
  });
});
