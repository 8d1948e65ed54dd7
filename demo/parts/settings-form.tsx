/** The settings as native controls; what does not fit is disabled and says why. */

import type { LiveSetting, Settings } from '../protocol.ts';
import { initializations, initializationsOf } from '../state/fitting.ts';
import { problem } from '../state/run.ts';
import { setLive } from '../state/session.ts';
import { change, labels, plan, refusals, settingIn, settings } from '../state/settings.ts';

type NumberName =
  | 'hiddenSize'
  | 'layers'
  | 'embedding'
  | 'dropout'
  | 'timeSteps'
  | 'batch'
  | 'learningRate'
  | 'scheduleSteps'
  | 'clipNorm'
  | 'seed'
  | 'temperature';

const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** The setting that the last complaint was about. */
function complaint(): keyof Settings | undefined {
  if (problem.value?.cause === 'input') return settingIn(problem.value.message);
  return typeof plan.value === 'string' ? settingIn(plan.value) : undefined;
}

function NumberField({ name, live, step = 1, least = 0 }: { name: NumberName; live?: LiveSetting; step?: number | 'any'; least?: number }) {
  const value = settings.value[name];
  const refusal = refusals.value[name];
  const read = (text: string) => (name === 'clipNorm' && text.trim() === '' ? null : numberOf(text));
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
        placeholder={name === 'clipNorm' ? 'none' : ''}
        disabled={refusal !== undefined}
        title={refusal}
        aria-invalid={complaint() === name || undefined}
        onInput={({ currentTarget }) => change(name, read(currentTarget.value) as never)}
        onChange={({ currentTarget }) => live && setLive(live, read(currentTarget.value))}
      />
    </>
  );
}

type WordName = 'cell' | 'attention' | 'optimizer' | 'schedule' | 'initialization';

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

const cells = { lstm: 'LSTM', gru: 'GRU', 'rnn-tanh': 'RNN, tanh', 'rnn-relu': 'RNN, ReLU' };
const attentions = { none: 'none', additive: 'additive', multiplicative: 'multiplicative' };
const optimizers = { adam: 'Adam', adamw: 'AdamW', rmsprop: 'RMSprop', momentum: 'Momentum', sgd: 'SGD' };
const schedules = { constant: 'constant', cosine: 'cosine to 0', step: 'halved in steps', exponential: 'exponential' };

export function SettingsForm() {
  const { cell, bidirectional } = settings.value;
  const refusal = refusals.value.bidirectional;
  const offered = Object.fromEntries(initializationsOf(cell).map((name) => [name, initializations[name]]));
  return (
    <form id="settings" noValidate autocomplete="off" onSubmit={(event) => event.preventDefault()}>
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
        <label for="bidirectional">{labels.bidirectional}</label>
        <input
          id="bidirectional"
          type="checkbox"
          checked={bidirectional}
          disabled={refusal !== undefined}
          title={refusal}
          onChange={({ currentTarget }) => change('bidirectional', currentTarget.checked)}
        />
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
    </form>
  );
}
