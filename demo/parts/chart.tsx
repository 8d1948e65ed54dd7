/** One chart on a 2D canvas; redrawn at most ten times a second, in the colours of the page's tokens. */
import 'uplot/dist/uPlot.min.css';
import { effect, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { measured } from '../state/frame-work.ts';
import { formatTick, logarithmicRange, logarithmicSplits, paddedRange } from './scales.ts';

const redrawMilliseconds = 100;

export interface ChartSeries {
  /** Name of a colour token: `--training`. */
  readonly colour: string;
  readonly dash?: readonly number[];
  /** Dots instead of a line. */
  readonly dots?: boolean;
}

export interface ChartProps {
  readonly label: string;
  readonly series: readonly ChartSeries[];
  readonly logarithmic?: boolean;
  /** Redraws when this changes. */
  readonly version: ReadonlySignal<number>;
  columns(): uPlot.AlignedData;
}

export function Chart({ label, series, logarithmic = false, version, columns }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const host = element.current;
    return host ? draw(host, { label, series, logarithmic, version, columns }) : undefined;
  }, []);
  return <div class="chart" role="img" aria-label={label} ref={element} />;
}

function draw(host: HTMLElement, { series, logarithmic, version, columns }: ChartProps): () => void {
  const token = (name: string) => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const axis = (size: number): uPlot.Axis => ({
    stroke: token('--muted'),
    grid: { stroke: token('--hairline'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
    size,
  });
  const plot = new uPlot(
    {
      width: host.clientWidth,
      height: host.clientHeight,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false }, y: logarithmic ? { distr: 3, range: logarithmicRange } : { range: paddedRange } },
      axes: [
        { ...axis(28), incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6] },
        {
          ...axis(48),
          ...(logarithmic && { splits: logarithmicSplits, filter: (_, ticks) => ticks }),
          values: (_, ticks) => ticks.map(formatTick),
        },
      ],
      series: [
        {},
        ...series.map(
          ({ colour, dash, dots = false }): uPlot.Series => ({
            stroke: token(colour),
            width: dots ? 0 : 2,
            ...(dash && { dash: [...dash] }),
            points: { show: dots || isShort, size: 5, fill: token(colour), width: 0 },
            ...(dots && { paths: () => null }),
            spanGaps: true,
          }),
        ),
      ],
    },
    columns(),
    host,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    version.value;
    timer ??= setTimeout(() => {
      timer = undefined;
      const begun = performance.now();
      plot.setData(columns());
      // it draws in a microtask
      queueMicrotask(() => measured(begun));
    }, redrawMilliseconds);
  });
  const observer = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height: host.clientHeight }));
  observer.observe(host);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const repaint = () => plot.redraw(false, true);
  scheme.addEventListener('change', repaint);
  return () => {
    stop();
    clearTimeout(timer);
    observer.disconnect();
    scheme.removeEventListener('change', repaint);
    plot.destroy();
  };
}

/** One value is no line yet. */
const isShort = ({ data }: uPlot, index: number): boolean =>
  Array.from(data[index]).filter((value) => typeof value === 'number').length < 2;
