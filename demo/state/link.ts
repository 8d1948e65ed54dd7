/** The configuration in the URL: `#task=parity&cell=gru&seed=7`, what differs from the task's preset. */
import { optionalSettings, type Settings } from '../protocol.ts';
import { entryOf, isTask, presetOf } from './catalogue.ts';
import { fitted } from './fitting.ts';

export function writeLink(settings: Settings): string {
  const preset = presetOf(entryOf(settings.task));
  const parameters = new URLSearchParams({ task: settings.task });
  for (const [name, value] of Object.entries(settings)) {
    if (name !== 'task' && !Object.is(value, preset[name as keyof Settings])) parameters.set(name, value === null ? 'none' : String(value));
  }
  return `#${parameters}`;
}

/** What a link says; undefined if it names no task. Values that are none of the setting's are left at the preset. */
export function readLink(hash: string): Settings | undefined {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const task = parameters.get('task');
  if (task === null || !isTask(task)) return undefined;
  const entry = entryOf(task);
  const preset = presetOf(entry);
  const read = Object.entries(preset).map(([name, value]) => {
    const text = parameters.get(name);
    return [name, text === null ? value : readValue(name as keyof Settings, text, value)];
  });
  return fitted(entry, Object.fromEntries(read) as Settings);
}

const words: { readonly [Name in keyof Settings]?: readonly string[] } = {
  cell: ['rnn-tanh', 'rnn-relu', 'gru', 'lstm'],
  attention: ['none', 'additive', 'multiplicative'],
  optimizer: ['sgd', 'momentum', 'rmsprop', 'adam', 'adamw'],
  schedule: ['constant', 'cosine', 'step', 'exponential'],
  resetGate: ['after', 'before'],
  pooling: ['last', 'mean', 'max'],
  feedback: ['teacher', 'scheduled', 'free'],
  initialization: ['default', 'pytorch', 'identity', 'chrono', 'large'],
};

const isOptional = (name: keyof Settings): boolean => (optionalSettings as readonly string[]).includes(name);

function readValue(name: keyof Settings, text: string, preset: unknown): unknown {
  if (name === 'task') return text;
  if (text === 'none' && isOptional(name)) return null;
  if (typeof preset === 'boolean') return text === 'true';
  const allowed = words[name];
  if (allowed) return allowed.includes(text) ? text : preset;
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : preset;
}
