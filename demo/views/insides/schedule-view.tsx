/** The unrolled schedule: every dispatch of a training step, forward then backward, with what it took. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { PlanMeasurement } from '../../protocol.ts';
import { figure, milliseconds, percent } from '../drawing/format.ts';
import { type Span, scheduleOf, spansOf } from './schedule.ts';

export interface ScheduleViewProps {
  readonly measurement: PlanMeasurement;
}

const phases = ['gather', 'forward', 'loss', 'backward', 'update'];

export function ScheduleView({ measurement: { lines, step } }: ScheduleViewProps): JSX.Element {
  const { spans, isTimed, total } = useMemo(() => spansOf(scheduleOf(lines)), [lines]);
  const what = isTimed ? `${milliseconds(total)}, measured at step ${step.toLocaleString('en')}` : `${figure(total / 1e6)} MFLOP`;
  return (
    <section class="schedule" aria-label="Schedule of a training step">
      <p class="fact">
        {lines.length} dispatches, {what}
        {!isTimed && '; this adapter has no timestamps, so widths are operations and not times'}
      </p>
      <svg class="schedule-bar" viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true">
        {spans.map(({ entry, from, share }, index) => (
          <rect key={index} class={`is-${entry.phase}`} x={1000 * from} width={Math.max(1.5, 1000 * share - 1)} height="24">
            <title>{`${entry.label}: ${said({ entry, from, share }, isTimed)}`}</title>
          </rect>
        ))}
      </svg>
      <p class="legend">
        {phases
          .filter((phase) => spans.some(({ entry }) => entry.phase === phase))
          .map((phase) => (
            <span key={phase} class={`swatch is-${phase}`}>
              {phase} {percent(spans.reduce((sum, { entry, share }) => sum + (entry.phase === phase ? share : 0), 0))}
            </span>
          ))}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="schedule-list" tabIndex={0} aria-label="Dispatches in order">
        <table>
          <thead>
            <tr>
              <th scope="col">step of the plan</th>
              <th scope="col">kernel</th>
              <th scope="col" class="number">
                {isTimed ? 'time' : 'share'}
              </th>
            </tr>
          </thead>
          <tbody>
            {spans.map((span, index) => (
              <tr key={index} class={`is-${span.entry.phase}`}>
                <th scope="row">
                  {span.entry.label}
                  {span.entry.dispatches > 1 && <span class="times"> × {span.entry.dispatches}</span>}
                </th>
                <td>{span.entry.kernel}</td>
                <td class="number">{said(span, isTimed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

const said = ({ entry, share }: Span, isTimed: boolean): string =>
  isTimed && entry.milliseconds !== undefined ? milliseconds(entry.milliseconds) : percent(share);
