import { formatBytes, formatCount, formatDuration } from '../format.ts';
import { plan } from '../state/settings.ts';
import { sentence } from './words.ts';

/** What the choice will cost, before anything runs. */
export function PlanLine() {
  const made = plan.value;
  if (made === null) return <p class="plan">Planning…</p>;
  if (typeof made === 'string') return <p class="plan refused">{sentence(made)}</p>;
  const { parameters, bytes, dispatches, flop, milliseconds, steps, extent } = made;
  return (
    <p class="plan" id="plan">
      <b>{formatCount(parameters)}</b> parameters, <b>{formatBytes(bytes)}</b> of GPU memory; a step is <b>{dispatches}</b> dispatches and{' '}
      <b>{(flop / 1e9).toPrecision(2)}</b> GFLOP. The usual {formatCount(steps)} steps take about{' '}
      <b>{formatDuration(steps * milliseconds)}</b> here. <small>{extent}.</small>
    </p>
  );
}
