/** Draws a line plot in characters, for a terminal. Pure. */
import { axesOf, heightOf, type LinePlot, placeOf } from './line-plot.ts';

const MARKS = 'abcdefghijklmnopqrstuvwxyz';
const LABEL = 8;

/** @param columns of the whole text; @param rows of the drawing alone */
export function textPlot(plot: LinePlot, columns = 80, rows = 20): string {
  const { x, y } = axesOf(plot, 4, rows / 4);
  const width = Math.max(10, columns - LABEL - 2);
  const grid = Array.from({ length: rows }, () => new Array<string>(width).fill(' '));
  const rowOf = (height: number): number => Math.round(((y.high - height) / (y.high - y.low)) * (rows - 1));
  plot.series.forEach(({ points }, index) => {
    for (const [at, value] of points) {
      const height = heightOf(plot, value);
      if (Number.isNaN(height)) continue;
      grid[rowOf(height)][Math.round(((placeOf(plot, at) - x.low) / (x.high - x.low)) * (width - 1))] = MARKS[index % MARKS.length];
    }
  });
  const labels = new Map(y.ticks.map((tick) => [rowOf(tick), plot.logarithmic ? `1e${tick}` : String(tick)]));
  const lines = grid.map((cells, row) => `${(labels.get(row) ?? '').padStart(LABEL)} |${cells.join('')}`.trimEnd());
  const [left, right] = [x.low, x.high].map((place) => String(plot.doubling ? 2 ** place : place));
  return [
    plot.title,
    ...lines,
    `${' '.repeat(LABEL)} +${'-'.repeat(width)}`,
    `${' '.repeat(LABEL + 2)}${left}${right.padStart(width - left.length)}`,
    `${' '.repeat(LABEL + 2)}${plot.x}; up: ${plot.y}`,
    ...plot.series.map(({ name }, index) => `${' '.repeat(LABEL + 2)}${MARKS[index % MARKS.length]}  ${name}`),
    '',
  ].join('\n');
}
