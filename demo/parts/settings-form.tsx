/** The settings as native controls; what does not fit is disabled and says why. */

import { signal } from '@preact/signals';
import type { LiveSetting, Settings } from '../protocol.ts';
import { presetOf } from '../state/catalogue.ts';
import { feedbacksOf, initializations, initializationsOf } from '../state/fitting.ts';
import { problem } from '../state/run.ts';
import { setLive } from '../state/session.ts';
import { change, entry, labels, plan, refusals, settingIn, settings } from '../state/settings.ts';
import { Explained, explaining } from './explained.tsx';

/** Names of the settings whose value is of a kind. */
type NamesOf<Kind> = { [Name in keyof Settings]: Settings[Name] extends Kind ? Name : never }[keyof Settings];
type NumberName = NamesOf<number | null>;
type FlagName = NamesOf<boolean>;
type WordName = 'cell' | 'attention' | 'optimizer' | 'schedule' | 'initialization' | 'resetGate' | 'pooling' | 'feedback';

/** What stands in the field of a number that is absent. */
const absent: Partial<Record<NumberName, string>> = {
  updateEvery: 'time steps',
  weightDecay: 'default',
  clipNorm: 'none',
  clipValue: 'none',
  clipStepNorm: 'none',
};

const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** The setting that the last complaint was about. */
function complaint(): keyof Settings | undefined {
  if (problem.value?.cause === 'input') return settingIn(problem.value.message);
  return typeof plan.value === 'string' ? settingIn(plan.value) : undefined;
}

function NumberField({ name, live, step = 1, least = 0 }: { name: NumberName; live?: LiveSetting; step?: number | 'any'; least?: number }) {
  const value = settings.value[name];
  const refusal = refusals.value[name];
  const read = (text: string) => (name in absent && text.trim() === '' ? null : numberOf(text));
  return (
    <>
      <label for={name}>{labels[name]}</label>
      <input
        id={name}
        name={name}
        type="number"
        inputMode={step === 1 ? 'numeric' : 'decimal'}
        min={least}
        step={step}
        value={value === null || Number.isNaN(value) ? '' : value}
        placeholder={absent[name] ?? ''}
        disabled={refusal !== undefined}
        title={refusal}
        aria-invalid={complaint() === name || undefined}
        onInput={({ currentTarget }) => change(name, read(currentTarget.value) as never)}
        onChange={({ currentTarget }) => live && setLive(live, read(currentTarget.value))}
      />
    </>
  );
}

function WordField<Name extends WordName>({ name, words }: { name: Name; words: Readonly<Record<string, string>> }) {
  const refusal = refusals.value[name];
  return (
    <>
      <label for={name}>{labels[name]}</label>
      <select
        id={name}
        name={name}
        disabled={refusal !== undefined}
        title={refusal}
        value={settings.value[name]}
        onChange={({ currentTarget }) => change(name, currentTarget.value as Settings[Name])}
      >
        {Object.entries(words).map(([value, label]) => (
          <option key={value} value={value} selected={value === settings.value[name]}>
            {label}
          </option>
        ))}
      </select>
    </>
  );
}

function Flag({ name }: { name: FlagName }) {
  const refusal = refusals.value[name];
  return (
    <>
      <label for={name}>{labels[name]}</label>
      <input
        id={name}
        name={name}
        type="checkbox"
        checked={settings.value[name]}
        disabled={refusal !== undefined}
        title={refusal}
        onChange={({ currentTarget }) => change(name, currentTarget.checked)}
      />
    </>
  );
}

const cells = { lstm: 'LSTM', gru: 'GRU', 'rnn-tanh': 'RNN, tanh', 'rnn-relu': 'RNN, ReLU' };
const attentions = { none: 'none', additive: 'additive', multiplicative: 'multiplicative' };
const optimizers = { adam: 'Adam', adamw: 'AdamW', rmsprop: 'RMSprop', momentum: 'Momentum', sgd: 'SGD' };
const schedules = { constant: 'constant', cosine: 'cosine to 0', step: 'halved in steps', exponential: 'exponential' };

const resets = { after: 'after the product', before: 'before it' };
const poolings = { last: 'last output', mean: 'mean of outputs', max: 'largest outputs' };

export function SettingsForm() {
  const { cell } = settings.value;
  const offered = Object.fromEntries(initializationsOf(cell).map((name) => [name, initializations[name]]));
  return (
    <form id="settings" noValidate autocomplete="off" onSubmit={(event) => event.preventDefault()} {...explaining}>
      <fieldset>
        <legend>Acts at once</legend>
        <NumberField name="learningRate" live="learningRate" step="any" />
        <NumberField name="clipNorm" live="clipNorm" step="any" />
        <NumberField name="temperature" live="temperature" step="any" />
      </fieldset>
      <fieldset>
        <legend>Acts at the next start</legend>
        <WordField name="cell" words={cells} />
        <NumberField name="hiddenSize" least={1} />
        <NumberField name="layers" least={1} />
        <Flag name="bidirectional" />
        <WordField name="attention" words={attentions} />
        <NumberField name="embedding" />
        <NumberField name="dropout" step="any" />
        <NumberField name="timeSteps" least={1} />
        <NumberField name="batch" least={1} />
        <WordField name="optimizer" words={optimizers} />
        <WordField name="schedule" words={schedules} />
        <NumberField name="scheduleSteps" least={1} />
        <WordField name="initialization" words={offered} />
        <NumberField name="seed" />
      </fieldset>
      <More />
      <Explained />
    </form>
  );
}

const rare = {
  network: ['layerNorm', 'tiedEmbeddings', 'inputFeeding', 'learnedState', 'resetGate', 'pooling'],
  noise: ['recurrentDropout', 'zoneout', 'zoneoutCell', 'labelSmoothing', 'weightDecay'],
  gradients: ['updateEvery', 'feedback', 'warmupSteps', 'clipValue', 'clipStepNorm'],
} as const satisfies Record<string, readonly (keyof Settings)[]>;

/** Whether the rarer settings are shown: from the start where a link changed one of them. */
const isMoreOpen = signal(hasRareChanges());

function hasRareChanges(): boolean {
  const now = settings.peek();
  const preset = presetOf(entry.peek(), now.task);
  return Object.values(rare)
    .flat()
    .some((name) => now[name] !== preset[name]);
}

/** The rarer ones; what is complained about is never hidden. */
function More() {
  const named = complaint();
  const isNamed = named !== undefined && Object.values<readonly string[]>(rare).some((names) => names.includes(named));
  return (
    <details
      class="more"
      open={isMoreOpen.value || isNamed}
      onToggle={({ currentTarget }) => {
        isMoreOpen.value = currentTarget.open;
      }}
    >
      <summary>More</summary>
      <fieldset>
        <legend>Network</legend>
        <Flag name="layerNorm" />
        <Flag name="tiedEmbeddings" />
        <Flag name="inputFeeding" />
        <Flag name="learnedState" />
        <WordField name="resetGate" words={resets} />
        <WordField name="pooling" words={poolings} />
      </fieldset>
      <fieldset>
        <legend>Against learning by heart</legend>
        <NumberField name="recurrentDropout" step="any" />
        <NumberField name="zoneout" step="any" />
        <NumberField name="zoneoutCell" step="any" />
        <NumberField name="labelSmoothing" step="any" />
        <NumberField name="weightDecay" step="any" />
      </fieldset>
      <fieldset>
        <legend>Gradients and updates</legend>
        <NumberField name="updateEvery" least={1} />
        <WordField name="feedback" words={feedbacksOf(entry.value)} />
        <NumberField name="warmupSteps" />
        <NumberField name="clipValue" step="any" />
        <NumberField name="clipStepNorm" step="any" />
      </fieldset>
    </details>
  );
}
