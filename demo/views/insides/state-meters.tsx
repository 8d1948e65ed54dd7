/** How much of each layer is stuck: gates that stay closed or open, units at their limits. */
import type { JSX } from 'preact';
import type { Health } from '../../protocol.ts';
import { layerName, percent } from '../drawing/format.ts';
import { planeWords } from './strips.tsx';

export interface StateMetersProps {
  readonly health: Health;
}

const nameOf = (name: string): string => (name in planeWords ? planeWords[name as keyof typeof planeWords].name : name);

export function StateMeters({ health: { layers, step } }: StateMetersProps): JSX.Element {
  return (
    <section class="meters" aria-label="Saturation">
      <p class="fact">at step {step.toLocaleString('en')}, of all units at all time steps of the batch</p>
      {layers.map(({ name, gates, saturated, dead }) => (
        <div key={name} class="meter-group">
          {layers.length > 1 && <h4>{layerName(name)}</h4>}
          {Object.entries(gates).map(([gate, { closed, open }]) => (
            <p key={gate} class={`meter of-${gate}`}>
              <span class="meter-name">{nameOf(gate)}</span>
              <Bar left={closed} right={open} />
              <span class="meter-value">
                {percent(closed)} closed, {percent(open)} open
              </span>
            </p>
          ))}
          {Object.entries(saturated).map(([thing, share]) => (
            <p key={thing} class={`meter of-${thing}`}>
              <span class="meter-name">{nameOf(thing)}</span>
              <Bar left={0} right={share} />
              <span class="meter-value">{percent(share)} at its limits</span>
            </p>
          ))}
          {dead && (
            <p class="meter of-unit">
              <span class="meter-name">ReLU units</span>
              <Bar left={dead.share} right={0} />
              <span class="meter-value">{dead.units === 0 ? 'none dead' : `${dead.units} dead, ${percent(dead.share)}`}</span>
            </p>
          )}
        </div>
      ))}
    </section>
  );
}

/** What is stuck low grows from the left, what is stuck high from the right; free is what is between. */
function Bar({ left, right }: { readonly left: number; readonly right: number }): JSX.Element {
  return (
    <svg class="meter-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="meter-track" width="100" height="8" />
      <rect class="meter-low" width={100 * left} height="8" />
      <rect class="meter-high" x={100 - 100 * right} width={100 * right} height="8" />
    </svg>
  );
}
