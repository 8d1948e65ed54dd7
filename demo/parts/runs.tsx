/** The last runs over each other, and what changed between them. */
import { computed } from '@preact/signals';
import { formatCount, formatReal } from '../format.ts';
import { columnsOf } from '../history.ts';
import { curves, curvesVersion } from '../state/run.ts';
import { changedIn, deleteRun, renameRun, runs, runsAsCsv } from '../state/runs.ts';
import { Chart } from './chart.tsx';
import { download } from './download.ts';

const colours = ['--plane-input', '--plane-forget', '--plane-candidate', '--plane-output', '--plane-cell'];
const version = computed(() => curvesVersion.value + 1e6 * runs.value.length);

export function Runs() {
  const kept = runs.value;
  if (kept.length === 0) return <p class="later">Runs that ended, by Stop, Reset or a restart, are laid over each other here.</p>;
  return (
    <div class="runs">
      <Chart
        key={kept.map(({ id }) => id).join(' ')}
        label="Curves of the training loss of the last runs over steps; the current one is in the colour of the training."
        logarithmic
        version={version}
        series={[...kept.map((_, index) => ({ colour: colours[index] })), { colour: '--training' }]}
        columns={() => columnsOf([...kept.map(({ training }) => training), curves.training.points]) as never}
      />
      <div>
        <ul>
          {kept.map((run, index) => (
            <li key={run.id} class={`run-${index}`}>
              <input
                aria-label={`Name of run ${run.id}`}
                value={run.name}
                onChange={({ currentTarget }) => renameRun(run.id, currentTarget.value)}
              />
              <span>
                {changedIn(run, kept[index - 1])}{' '}
                <small>
                  {formatCount(run.steps)} steps, loss {formatReal(run.training[run.training.length - 1]?.value ?? Number.NaN)}
                </small>
              </span>
              <button type="button" class="link" aria-label={`Delete ${run.name}`} onClick={() => deleteRun(run.id)}>
                Delete
              </button>
            </li>
          ))}
        </ul>
        <p class="buttons">
          <button type="button" onClick={() => download('runs.json', 'application/json', JSON.stringify(kept, null, 2))}>
            Export JSON
          </button>
          <button type="button" onClick={() => download('runs.csv', 'text/csv', runsAsCsv(kept))}>
            Export CSV
          </button>
        </p>
      </div>
    </div>
  );
}
