/** Architecture by picture, then its tasks, then the settings; under them what the choice will cost. */
import type { Architecture } from '../../src/index.ts';
import { architectures } from '../../src/spec/model.ts';
import { tasksOf } from '../state/catalogue.ts';
import { architecture, choose, ownName, settings } from '../state/settings.ts';
import { ArchitectureDiagram } from '../views/unrolled/architecture-diagram.tsx';
import { OwnData } from './own-data.tsx';
import { PlanLine } from './plan-line.tsx';
import { SettingsForm } from './settings-form.tsx';

const uses: Readonly<Record<Architecture, { readonly label: string; readonly use: string }>> = {
  'one-to-one': { label: 'One to one', use: 'says what comes next, then reads it' },
  'one-to-many': { label: 'One to many', use: 'describes a picture' },
  'many-to-one': { label: 'Many to one', use: 'judges what it read' },
  'many-to-many': { label: 'Many to many', use: 'answers at every step' },
  'encoder-decoder': { label: 'Encoder-decoder', use: 'reads, then writes' },
};

export function Chooser() {
  return (
    <div class="chooser">
      <fieldset class="architectures">
        <legend>Architecture</legend>
        {architectures.map((name) => (
          <label key={name} class={name === architecture.value ? 'chosen' : ''}>
            <input
              type="radio"
              name="architecture"
              value={name}
              aria-label={uses[name].label}
              checked={name === architecture.value}
              onChange={() => choose(tasksOf(name)[0].name)}
            />
            <ArchitectureDiagram architecture={name} moving={name === architecture.value} width={104} />
            <b>{uses[name].label}</b>
            <small>{uses[name].use}</small>
          </label>
        ))}
      </fieldset>
      <fieldset class="tasks">
        <legend>Task</legend>
        {tasksOf(architecture.value).map(({ name, description }) => (
          <label key={name} class={name === settings.value.task ? 'chosen' : ''}>
            <input
              type="radio"
              name="task"
              value={name}
              aria-label={name}
              checked={name === settings.value.task}
              onChange={() => choose(name)}
            />
            <span>
              <b>{name}</b> <small>{description}</small>
            </span>
          </label>
        ))}
        {ownName.value !== '' && (
          <label class={settings.value.task === 'own' ? 'chosen' : ''}>
            <input
              type="radio"
              name="task"
              value="own"
              aria-label="own"
              checked={settings.value.task === 'own'}
              onChange={() => choose('own')}
            />
            <span>
              <b>your data</b> <small>{ownName.value}</small>
            </span>
          </label>
        )}
      </fieldset>
      <OwnData />
      <PlanLine />
      <SettingsForm />
    </div>
  );
}
