/** The tasks as the page lists them, and the settings that suit each. */
import { catalogue } from 'virtual:catalogue';
import type { ExampleKind } from '../../src/data/examples.ts';
import type { Architecture, ModelOptions, TrainOptions } from '../../src/index.ts';
import type { Settings } from '../protocol.ts';

/** What vite.config.ts writes of a task. */
export interface CatalogueEntry {
  readonly name: string;
  readonly description: string;
  readonly kind: ExampleKind | 'text';
  readonly model: Pick<ModelOptions, 'architecture' | 'recurrent' | 'attention' | 'pooling'> & { readonly embedding: number };
  readonly train: TrainOptions;
  readonly steps: number;
}

/** A network that writes text reads one token at a time and then its own: one to one, though it learns from many positions at once. */
export const architectureOf = ({ kind, model }: CatalogueEntry): Architecture =>
  kind === 'text' ? 'one-to-one' : (model.architecture ?? 'many-to-many');

export const tasksOf = (architecture: Architecture): readonly CatalogueEntry[] =>
  catalogue.filter((entry) => architectureOf(entry) === architecture);

/** The entry of a task; of the visitor's own data that of the first task of its kind. */
export function entryOf(task: string, ownKind: CatalogueEntry['kind'] = 'text'): CatalogueEntry {
  const found = catalogue.find(({ name, kind }) => (task === 'own' ? kind === ownKind : name === task));
  return found ?? catalogue[0];
}

export const isTask = (name: string): boolean => catalogue.some((entry) => entry.name === name);

/** Small enough to be seen learning within seconds on any machine. */
const lighter: Readonly<Record<string, Partial<Settings>>> = { text: { hiddenSize: 64 } };

/** What a task starts with. */
export function presetOf(entry: CatalogueEntry, task: string = entry.name): Settings {
  const { model, train, steps } = entry;
  const { cell, hiddenSize, layers = 1, bidirectional = false, dropout = 0 } = model.recurrent;
  const { recurrentDropout = 0, zoneout = 0, zoneoutCell = 0, layerNorm = false, reset = 'after', initialState = 'zero' } = model.recurrent;
  const { schedule, optimizer } = train;
  return {
    task,
    cell,
    hiddenSize: typeof hiddenSize === 'number' ? hiddenSize : hiddenSize[0],
    layers,
    bidirectional,
    attention: model.attention?.kind ?? 'none',
    embedding: model.embedding,
    dropout,
    recurrentDropout,
    zoneout,
    zoneoutCell,
    layerNorm,
    tiedEmbeddings: false,
    inputFeeding: model.attention?.inputFeeding ?? false,
    learnedState: initialState === 'learned',
    resetGate: reset,
    pooling: model.pooling ?? 'last',
    feedback: 'teacher',
    labelSmoothing: train.loss?.labelSmoothing ?? 0,
    timeSteps: train.timeSteps,
    updateEvery: null,
    batch: train.batch,
    optimizer: optimizer?.kind ?? 'adam',
    learningRate: optimizer?.learningRate ?? 2e-3,
    schedule: schedule?.kind ?? 'constant',
    scheduleSteps: schedule?.kind === 'cosine' ? schedule.totalSteps : steps,
    warmupSteps: schedule?.warmupSteps ?? 0,
    weightDecay: optimizer?.weightDecay ?? null,
    clipNorm: train.clip?.globalNorm ?? null,
    clipValue: train.clip?.value ?? null,
    clipStepNorm: train.clip?.timeStepNorm ?? null,
    initialization: 'default',
    seed: 1,
    temperature: 0.7,
    ...lighter[task],
  };
}

/** Settings that were kept by an earlier version of the page, which knew fewer of them. */
export const completed = (kept: Settings, ownKind?: CatalogueEntry['kind']): Settings => ({
  ...presetOf(entryOf(kept.task, ownKind), kept.task),
  ...kept,
});
