/** The run in figures. */
import { formatBytes, formatCount, formatReal, none } from '../format.ts';
import { bytes, heldOut, lastPoint, tokensPerSecond, trainingLoss } from '../state/run.ts';

export function Figures() {
  const last = lastPoint.value;
  const metric = heldOut.value?.metric;
  const real = (value: number | undefined | null) => (value === undefined || value === null ? none : formatReal(value));
  const rows: [id: string, name: string, value: string, note: string][] = [
    ['step', 'Step', last ? formatCount(last.step) : none, 'updates of the weights'],
    ['training', 'Training loss', real(trainingLoss.value), 'mean of 20 steps'],
    ['validation', 'Validation loss', real(heldOut.value?.loss), 'on what is held out'],
    ['metric', metric ? capital(metric.name) : 'Metric', metric ? formatMetric(metric) : none, 'on what is held out'],
    ['gradient', 'Gradient norm', real(last?.gradientNorm), 'before the clip'],
    ['rate', 'Tokens per second', tokensPerSecond.value === null ? none : formatCount(tokensPerSecond.value), 'over the last seconds'],
    ['bytes', 'GPU memory', bytes.value === null ? none : formatBytes(bytes.value), 'held by this run'],
  ];
  return (
    <dl class="figures">
      {rows.map(([id, name, value, note]) => (
        <div key={id}>
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
