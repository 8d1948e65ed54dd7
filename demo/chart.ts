/** The loss curves on a 2D canvas; redrawn at most ten times a second, in the colours of the page's tokens. */
import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import type { History } from './history.ts';

const redrawMilliseconds = 100;

export interface Chart {
  /** Draws the history soon; calls in between are one. */
  update(): void;
}

export function createChart(element: HTMLElement, history: History): Chart {
  const token = (name: string) => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const font = '12px system-ui, sans-serif';
  const axis = (size: number): uPlot.Axis => ({
    stroke: token('--muted'),
    grid: { stroke: token('--hairline'), width: 1 },
    ticks: { show: false },
    font,
    size,
  });
  const plot = new uPlot(
    {
      width: element.clientWidth,
      height: element.clientHeight,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false }, y: { range: (_, least, most) => paddedRange(least, most) } },
      axes: [{ ...axis(32), incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6] }, axis(44)],
      series: [
        {},
        { stroke: token('--training'), width: 2, points: { show: false }, spanGaps: true },
        { stroke: token('--validation'), width: 2, dash: [6, 4], points: { show: false }, spanGaps: true },
      ],
    },
    history.columns(),
    element,
  );

  let waiting = false;
  const draw = () => {
    waiting = false;
    plot.setData(history.columns());
  };
  new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: element.clientHeight })).observe(element);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => plot.redraw(false, true));
  return {
    update() {
      if (waiting) return;
      waiting = true;
      setTimeout(draw, redrawMilliseconds);
    },
  };
}

/** A tenth of air above and below; a sensible frame before the first point. */
export function paddedRange(least: number | null, most: number | null): [number, number] {
  if (least === null || most === null || !Number.isFinite(least) || !Number.isFinite(most)) return [0, 5];
  const air = Math.max(0.05, (most - least) / 10);
  return [Math.max(0, least - air), most + air];
}
