/** The gradient on its way back through time, over the whole training: one column per measurement. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TimeNorms } from '../../protocol.ts';
import { figure, layerName } from '../drawing/format.ts';
import { colourOf, useTheme } from '../drawing/hooks.ts';
import { heatOf, heatPixels } from './heat-map.ts';

export interface GradientHeatProps {
  /** Oldest first; not empty. */
  readonly history: readonly TimeNorms[];
}

interface Pointed {
  readonly column: number;
  readonly t: number;
}

export function GradientHeat({ history }: GradientHeatProps): JSX.Element {
  const [chosen, choose] = useState(0);
  const [pointed, point] = useState<Pointed>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const latest = history[history.length - 1];
  const layer = latest.layers[Math.min(chosen, latest.layers.length - 1)];
  const timeSteps = layer.norms.length;
  // a restart may have changed how far back a network is trained
  const measured = history.flatMap(({ step, layers }) => {
    const norms = layers.find(({ name }) => name === layer.name)?.norms;
    return norms?.length === timeSteps ? [{ step, norms }] : [];
  });
  const heat = heatOf(measured.map(({ norms }) => norms));
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || theme < 0) return;
    element.width = measured.length;
    element.height = timeSteps;
    const pixels = heatPixels(heat, colourOf(element, '--gradient-low'), colourOf(element, '--gradient'), colourOf(element, '--ink'));
    context.putImageData(new ImageData(pixels, measured.length, timeSteps), 0, 0);
  });
  const onMove = (event: PointerEvent): void => {
    const { left, top, width, height } = (event.currentTarget as Element).getBoundingClientRect();
    const share = (value: number, count: number): number => Math.min(count - 1, Math.max(0, Math.floor(value * count)));
    point({
      column: share((event.clientX - left) / width, measured.length),
      t: timeSteps - 1 - share((event.clientY - top) / height, timeSteps),
    });
  };
  const here = pointed && measured[Math.min(pointed.column, measured.length - 1)];
  const first = measured[0].step;
  return (
    <figure class="gradient-heat">
      <figcaption class="view-head">
        <p>
          Back through time the gradient <strong>{layer.words}</strong>
          <span class="fact">
            , {figure(layer.norms[timeSteps - 1])} at the last time step, {figure(layer.norms[0])} at the first
          </span>
        </p>
        {latest.layers.length > 1 && (
          <label class="choice">
            Layer
            <select value={String(chosen)} onChange={(event) => choose(Number(event.currentTarget.value))}>
              {latest.layers.map(({ name }, index) => (
                <option key={name} value={String(index)}>
                  {layerName(name)}
                </option>
              ))}
            </select>
          </label>
        )}
      </figcaption>
      <div class="heat-frame">
        <span class="axis-y">
          <span>t = {timeSteps}</span>
          <span>time</span>
          <span>t = 1</span>
        </span>
        <canvas
          ref={canvas}
          class="heat"
          role="img"
          aria-label={`Norm of the gradient at each of ${timeSteps} time steps over training; it ${layer.words}`}
          onPointerMove={onMove}
          onPointerLeave={() => point(undefined)}
        />
        <span class="axis-x">
          <span>step {first.toLocaleString('en')}</span>
          <span>training</span>
          <span>{latest.step.toLocaleString('en')}</span>
        </span>
      </div>
      <p class="heat-scale">
        <span class="power">
          10<sup>{heat.low}</sup>
        </span>
        <span class="heat-ramp" aria-hidden="true" />
        <span class="power">
          10<sup>{heat.high}</sup>
        </span>
        <output class="fact">
          {here && pointed
            ? `step ${here.step.toLocaleString('en')}, time step ${pointed.t + 1}: ${figure(here.norms[pointed.t])}`
            : '‖∂L/∂h‖ at each time step, on a logarithm'}
        </output>
      </p>
    </figure>
  );
}
