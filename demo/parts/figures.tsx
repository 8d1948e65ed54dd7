/** The run in figures: what says at a glance that it learns. */
import { formatBytes, formatCount, formatReal, none } from '../format.ts';
import { bytes, heldOut, lastPoint, tokensPerSecond, trainingLoss } from '../state/run.ts';
import { entry } from '../state/settings.ts';

type Row = [id: string, name: string, value: string, note: string];

export function Figures() {
  const last = lastPoint.value;
  const metric = heldOut.value?.metric;
  const real = (value: number | undefined | null) => (value === undefined || value === null ? none : formatReal(value));
  const rows: Row[] = [
    ['step', 'Step', last ? formatCount(last.step) : none, 'updates so far'],
    ['training', 'Training loss', real(trainingLoss.value), 'mean of 20'],
    ['validation', 'Validation loss', real(heldOut.value?.loss), 'held out'],
    // the measure of text is its loss
    ...(entry.value.kind === 'text'
      ? []
      : [['metric', metric ? capital(metric.name) : 'Metric', metric ? formatMetric(metric) : none, 'held out'] as Row]),
    ['gradient', 'Gradient norm', real(last?.gradientNorm), 'before the clip'],
    ['rate', 'Tokens/s', tokensPerSecond.value === null ? none : formatCount(tokensPerSecond.value), 'last seconds'],
    ['bytes', 'GPU memory', bytes.value === null ? none : formatBytes(bytes.value), 'of this run'],
  ];
  return (
    <dl class="figures">
      {rows.map(([id, name, value, note]) => (
        <div key={id} class={`figure-${id}`}>
          <dt>{name}</dt>
          <dd id={`figure-${id}`}>{value}</dd>
          <dd class="note">{note}</dd>
        </div>
      ))}
    </dl>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Shares as per cent. */
function formatMetric({ name, value }: { readonly name: string; readonly value: number }): string {
  return name === 'accuracy' || name === 'exact match' ? `${(100 * value).toFixed(0)} %` : formatReal(value);
}
