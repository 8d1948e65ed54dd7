/** A plot of lines as the experiments describe it, in the page's own colours, with names beside the lines. */
import type { JSX } from 'preact';
import { axesOf, heightOf, type LinePlot, type Series } from '../../../src/experiments/line-plot.ts';
import { figure } from '../drawing/format.ts';
import { useWidth } from '../drawing/hooks.ts';

const height = 260;
const margin = { left: 56, right: 12, top: 8, bottom: 40 };
const dashes = ['', '7 3', '2 3', '9 3 2 3', '1 5'];

/** A colour for each family, a dash for each of its members. */
export function stylesOf(series: readonly Series[]): { readonly colour: number; readonly dash: string }[] {
  const families = [...new Set(series.map(({ family, name }) => family ?? name))];
  return series.map(({ family, name }, index) => {
    const own = family ?? name;
    const member = series.slice(0, index).filter((other) => (other.family ?? other.name) === own).length;
    return { colour: families.indexOf(own) % 6, dash: dashes[member % dashes.length] };
  });
}

export function LineFigure({ plot }: { readonly plot: LinePlot }): JSX.Element {
  const [ref, width] = useWidth<HTMLDivElement>();
  const { x, y } = axesOf(plot, width < 480 ? 4 : 8, 6);
  const room = { width: Math.max(60, width - margin.left - margin.right), height: height - margin.top - margin.bottom };
  const across = (value: number): number => margin.left + ((value - x.low) / (x.high - x.low)) * room.width;
  const up = (value: number): number => margin.top + (1 - (value - y.low) / (y.high - y.low)) * room.height;
  const styles = stylesOf(plot.series);
  const path = ({ points }: Series): string => {
    let drawn = '';
    let isDrawing = false;
    for (const [at, value] of points) {
      const place = heightOf(plot, value);
      if (!Number.isNaN(place)) drawn += `${isDrawing ? 'L' : 'M'}${across(at).toFixed(1)} ${up(place).toFixed(1)}`;
      isDrawing = !Number.isNaN(place);
    }
    return drawn;
  };
  return (
    <figure class="line-figure" ref={ref as never}>
      <figcaption>{plot.title}</figcaption>
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={`${plot.title}: ${plot.y} over ${plot.x}`}>
          {y.ticks.map((tick) => (
            <g key={tick} class="axis">
              <line x1={margin.left} x2={width - margin.right} y1={up(tick)} y2={up(tick)} />
              <text class="tick" x={margin.left - 8} y={up(tick) + 4} text-anchor="end">
                {plot.logarithmic ? (
                  <>
                    10
                    <tspan dy="-4" font-size="9">
                      {tick}
                    </tspan>
                  </>
                ) : (
                  figure(tick)
                )}
              </text>
            </g>
          ))}
          {x.ticks.map((tick) => (
            <text key={tick} class="tick" x={across(tick)} y={height - margin.bottom + 16} text-anchor="middle">
              {tick}
            </text>
          ))}
          <text class="tick" x={margin.left + room.width / 2} y={height - 4} text-anchor="middle">
            {plot.x}
          </text>
          {plot.series.map((series, index) => (
            <path
              key={series.name}
              class={`line series-${styles[index].colour}`}
              d={path(series)}
              stroke-dasharray={styles[index].dash || undefined}
            />
          ))}
        </svg>
      )}
      <ul class="line-names">
        {plot.series.map(({ name }, index) => (
          <li key={name}>
            <svg width="24" height="8" aria-hidden="true">
              <path class={`line series-${styles[index].colour}`} d="M0 4H24" stroke-dasharray={styles[index].dash || undefined} />
            </svg>
            {name}
          </li>
        ))}
      </ul>
      <p class="fact">upwards: {plot.y}</p>
    </figure>
  );
}
