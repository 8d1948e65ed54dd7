/** The adapter, and the plan with the kernels in use. */
import { formatBytes, formatCount, formatDuration, none } from '../format.ts';
import { adapter, bytes, compileMilliseconds, runPlan } from '../state/run.ts';
import { plan } from '../state/settings.ts';

export function Machine() {
  const made = runPlan.value ?? (typeof plan.value === 'object' ? plan.value : null);
  const rows: [string, string][] = [
    ['Adapter', adapter.value?.name ?? none],
    ['Kind', adapter.value ? (adapter.value.software ? 'software: the processor does the work' : 'GPU') : none],
    ['Dispatches per step', made ? formatCount(made.dispatches) : none],
    ['GFLOP per step', made ? (made.flop / 1e9).toPrecision(3) : none],
    ['GPU memory held', bytes.value === null ? none : formatBytes(bytes.value)],
    ['Compile time', compileMilliseconds.value === null ? none : formatDuration(compileMilliseconds.value)],
  ];
  return (
    <div class="machine">
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div>
        <h3>Kernel variants in use</h3>
        <ul>
          {made?.kernels.map((kernel) => (
            <li key={kernel}>{kernel}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}
