/** What the visitor has chosen, and what differs from what runs. */
import { computed, signal } from '@preact/signals';
import { liveSettings, type PlanSummary, type Result, type Settings } from '../protocol.ts';
import { architectureOf, type CatalogueEntry, entryOf, presetOf } from './catalogue.ts';
import { fitted, refusalsOf } from './fitting.ts';
import { readLink } from './link.ts';
import { started } from './run.ts';

/** The labels of the controls: people and tests find them by these. */
export const labels: Readonly<Record<keyof Settings, string>> = {
  task: 'Task',
  cell: 'Cell',
  hiddenSize: 'Hidden size',
  layers: 'Layers',
  bidirectional: 'Both directions',
  attention: 'Attention',
  embedding: 'Embedding',
  dropout: 'Dropout',
  recurrentDropout: 'Recurrent dropout',
  zoneout: 'Zoneout',
  zoneoutCell: 'Zoneout of the cell',
  layerNorm: 'Layer normalization',
  tiedEmbeddings: 'Tied embeddings',
  inputFeeding: 'Input feeding',
  learnedState: 'Learned first state',
  resetGate: 'Reset gate',
  pooling: 'Pooling',
  feedback: 'Reads in training',
  labelSmoothing: 'Label smoothing',
  timeSteps: 'Time steps',
  updateEvery: 'Update every',
  batch: 'Batch',
  optimizer: 'Optimizer',
  learningRate: 'Learning rate',
  schedule: 'Schedule',
  scheduleSteps: 'Schedule steps',
  warmupSteps: 'Warm-up steps',
  weightDecay: 'Weight decay',
  clipNorm: 'Clip norm',
  clipValue: 'Clip values',
  clipStepNorm: 'Clip each time step',
  initialization: 'Initialization',
  seed: 'Seed',
  temperature: 'Temperature',
};

/** What the visitor's own data is, once there is some. */
export const ownKind = signal<CatalogueEntry['kind'] | null>(null);
export const ownName = signal('');

export const settings = signal<Settings>(readLink(location.hash) ?? presetOf(entryOf('text')));
export const entry = computed(() => entryOf(settings.value.task, ownKind.value ?? 'text'));
export const architecture = computed(() => architectureOf(entry.value));
export const refusals = computed(() => refusalsOf(entry.value, settings.value));

/** Of the chosen settings; a sentence where they cannot be. */
export const plan = signal<PlanSummary | string | null>(null);

/** An example of the chosen task with what is right, until a network says something of its own. */
export const example = signal<{ readonly of: string; readonly result: Result } | null>(null);
/** Two choices with the same have the same examples. */
export const dataOf = ({ task }: Settings): string => (task === 'own' ? `own ${ownName.value}` : task);

export function choose(task: string): void {
  const found = entryOf(task, ownKind.value ?? 'text');
  settings.value = fitted(found, { ...presetOf(found, task), seed: settings.value.seed });
}

export function change<Name extends keyof Settings>(name: Name, value: Settings[Name]): void {
  settings.value = fitted(entry.value, { ...settings.value, [name]: value });
}

/** Labels of what changed since the run began and does not act at once. */
export const waiting = computed((): readonly string[] => {
  const from = started.value;
  if (!from) return [];
  return (Object.keys(labels) as (keyof Settings)[])
    .filter((name) => !(liveSettings as readonly string[]).includes(name) && !Object.is(from[name], settings.value[name]))
    .map((name) => labels[name]);
});

/** The control that a sentence of the engine is about: `clip.globalNorm must be ...` is about the clip. */
export function settingIn(message: string): keyof Settings | undefined {
  return message
    .replace('clip.value', 'clipValue')
    .match(/[a-zA-Z]+/g)
    ?.map((word) => (word in labels ? (word as keyof Settings) : engineNames[word]))
    .find((name) => name !== undefined);
}

const engineNames: Readonly<Record<string, keyof Settings | undefined>> = {
  globalNorm: 'clipNorm',
  timeStepNorm: 'clipStepNorm',
  totalSteps: 'scheduleSteps',
};
