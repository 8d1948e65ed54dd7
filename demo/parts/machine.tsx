/** The adapter, and the plan with the kernels in use. */
import { formatBytes, formatCount, formatDuration, none } from '../format.ts';
import { adapter, bytes, compileMilliseconds, replacements, runPlan, selfTest } from '../state/run.ts';
import { plan } from '../state/settings.ts';
import { sentence } from './words.ts';

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
        {made?.kernelChoice && <p id="kernel-choice">{sentence(made.kernelChoice)}</p>}
      </div>
      <SelfTested />
    </div>
  );
}

/** What the kernels of this run gave against their reference in double precision on this adapter. */
function SelfTested() {
  const { verdicts } = selfTest.value ?? { verdicts: [] };
  const known = verdicts.filter((verdict) => verdict.known).length;
  const wrong = replacements.value;
  return (
    <div class="self-test">
      <h3>Self-test of the kernels</h3>
      {verdicts.length === 0 ? (
        <p>Before a kernel is used for the first time it is held against a reference in double precision.</p>
      ) : (
        <p id="self-test">
          {verdicts.filter(({ ok }) => ok).length} kernel variants are right on this adapter: {verdicts.length - known} tested in this
          visit, {known} known from one in the last 7 days.
        </p>
      )}
      {wrong.map(({ kernel, variant, by }) => (
        <p key={`${kernel} ${variant}`} class="refused">
          {kernel} ({variant}) is wrong here; {by.join(' and ')} {by.length > 1 ? 'are' : 'is'} used instead.
        </p>
      ))}
      {verdicts.length > 0 && (
        <details>
          <summary>Each of them</summary>
          <ul>
            {verdicts.map(({ kernel, variant, largestError, tolerance, ok, known: isKnown }) => (
              <li key={`${kernel} ${variant}`}>
                {kernel} ({variant}): {ok ? 'right' : 'wrong'}, error {formatError(largestError)} of {formatError(tolerance)} allowed,{' '}
                {isKnown ? 'known' : 'tested'}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

const formatError = (error: number): string => (error === 0 ? '0' : error.toExponential(1));
