/** The run in figures, then loss, the task's metric, and the gradient's norm with marks where the clip acted. */
import { columnsOf } from '../history.ts';
import { curves, curvesVersion } from '../state/run.ts';
import { entry } from '../state/settings.ts';
import { Chart } from './chart.tsx';
import { Figures } from './figures.tsx';

const positive = (points: readonly { readonly step: number; readonly value: number }[]) =>
  points.filter(({ value }) => value > 0 && Number.isFinite(value));

/** The gradient's points where the clip acted in at least half of the steps. */
function clippedPoints() {
  const acted = new Set(curves.clipped.points.filter(({ value }) => value >= 0.5).map(({ step }) => step));
  return positive(curves.gradient.points.filter(({ step }) => acted.has(step)));
}

export function Charts() {
  const isText = entry.value.kind === 'text';
  return (
    <section class="charts" aria-label="Charts">
      <Figures />
      <figure>
        <figcaption>
          <h2>
            Loss <small>{isText ? 'nats per token' : 'per target'}, log scale</small>
          </h2>
          <p class="curve-key">
            <span class="training">training</span> <span class="validation">validation</span>
          </p>
        </figcaption>
        <Chart
          label="Curves of training and validation loss over steps; the last values stand above it."
          logarithmic
          version={curvesVersion}
          series={[{ colour: '--training' }, { colour: '--validation', dash: [6, 4] }]}
          columns={() => columnsOf([positive(curves.training.points), positive(curves.validation.points)]) as never}
        />
      </figure>
      {!isText && (
        <figure>
          <figcaption>
            <h2>
              Metric <small>of what is held out</small>
            </h2>
          </figcaption>
          <Chart
            label="Curve of the task's metric on held-out examples over steps."
            version={curvesVersion}
            series={[{ colour: '--validation' }]}
            columns={() => columnsOf([curves.metric.points]) as never}
          />
        </figure>
      )}
      <figure>
        <figcaption>
          <h2>
            Gradient norm <small>before the clip, log scale</small>
          </h2>
          <p class="curve-key">
            <span class="clipped">clipped</span>
          </p>
        </figcaption>
        <Chart
          label="Curve of the gradient's norm over steps, with dots where it was clipped."
          logarithmic
          version={curvesVersion}
          series={[{ colour: '--gradient' }, { colour: '--problem', dots: true }]}
          columns={() => columnsOf([positive(curves.gradient.points), clippedPoints()]) as never}
        />
      </figure>
    </section>
  );
}
