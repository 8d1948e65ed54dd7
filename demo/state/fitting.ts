/** What fits together: a choice that does not is not offered. */
import { cells } from '../../src/spec/model.ts';
import type { Settings } from '../protocol.ts';
import { architectureOf, type CatalogueEntry } from './catalogue.ts';

/** Why a setting cannot be changed for this task, by its name; absent where it can. */
export type Refusals = { readonly [Name in keyof Settings]?: string };

export function refusalsOf(entry: CatalogueEntry, settings: Settings): Refusals {
  const architecture = architectureOf(entry);
  const isText = entry.kind === 'text';
  const numbers = ['series', 'signal-pair', 'valued-sequence', 'labeled-sequence'].includes(entry.kind);
  const saysNumbers = numbers && entry.kind !== 'labeled-sequence';
  const writes = isText || architecture === 'one-to-many' || architecture === 'encoder-decoder';
  const cannotReadBackwards = isText || architecture === 'one-to-one' || architecture === 'one-to-many';
  return {
    ...(cannotReadBackwards && { bidirectional: 'what comes next cannot be read from the end' }),
    ...(architecture !== 'encoder-decoder' && { attention: 'only an encoder-decoder has a source to look back at' }),
    ...(numbers && { embedding: 'numbers are read as they are' }),
    ...(settings.layers < 2 && { dropout: 'acts between two layers' }),
    ...(settings.feedback === 'free' && { dropout: 'a network that reads its own values runs without it' }),
    ...(settings.cell !== 'lstm' && { zoneoutCell: 'only an LSTM has a cell state' }),
    ...(settings.cell !== 'gru' && { resetGate: 'only a GRU has a reset gate' }),
    ...(architecture === 'one-to-many' && { learnedState: 'the picture decides from which state it starts' }),
    ...(architecture !== 'many-to-one' && { pooling: 'only many to one has one answer for all time steps' }),
    ...(settings.embedding !== settings.hiddenSize && {
      tiedEmbeddings: `the embedding must be as wide as the hidden size, ${settings.hiddenSize}`,
    }),
    ...(!writes && { tiedEmbeddings: 'what it says is not what it reads' }),
    ...(!(settings.embedding > 0) && { inputFeeding: 'needs an embedding, whose features it joins' }),
    ...(settings.attention === 'none' && { inputFeeding: 'needs attention' }),
    ...(!writes && entry.kind !== 'series' && { feedback: 'it does not read what it says' }),
    ...(saysNumbers && { labelSmoothing: 'numbers are no classes' }),
    ...(!isText && { timeSteps: 'follows from the longest example', updateEvery: 'only a long text is cut into windows' }),
    ...(settings.schedule === 'constant' && { scheduleSteps: 'a constant rate has no length' }),
    ...(!writesText(entry) && { temperature: 'nothing is drawn' }),
  };
}

export const writesText = ({ kind }: CatalogueEntry): boolean => kind === 'text';

export const initializations: Readonly<Record<Settings['initialization'], string>> = {
  default: 'Xavier, orthogonal',
  pytorch: 'as PyTorch',
  identity: 'identity (for ReLU)',
  chrono: 'chrono (long memory)',
  large: 'too large (explodes)',
};

/** The initializations that a cell has: chrono needs gates. */
export const initializationsOf = (cell: Settings['cell']): readonly Settings['initialization'][] =>
  (Object.keys(initializations) as Settings['initialization'][]).filter((name) => name !== 'chrono' || cell === 'lstm' || cell === 'gru');

/** What a network that writes tokens reads while it is trained, or one that foretells values. */
export const feedbacksOf = ({ kind }: CatalogueEntry): Readonly<Partial<Record<Settings['feedback'], string>>> => ({
  teacher: 'what is right',
  ...(kind === 'series' ? { free: 'its own values' } : { scheduled: 'at times its own' }),
});

/** What a setting is where it does not fit; those that are not here are left as they are. */
const neutral: Partial<Settings> = {
  bidirectional: false,
  attention: 'none',
  embedding: 0,
  dropout: 0,
  zoneoutCell: 0,
  resetGate: 'after',
  learnedState: false,
  pooling: 'last',
  tiedEmbeddings: false,
  inputFeeding: false,
  feedback: 'teacher',
  labelSmoothing: 0,
  updateEvery: null,
};

/** The same settings with everything put back that does not fit. */
export function fitted(entry: CatalogueEntry, settings: Settings): Settings {
  const known = {
    ...settings,
    cell: cells.includes(settings.cell) ? settings.cell : 'lstm',
    ...(!initializationsOf(settings.cell).includes(settings.initialization) && { initialization: 'default' as const }),
    ...(!(settings.feedback in feedbacksOf(entry)) && { feedback: 'teacher' as const }),
  };
  // one that is put back may be what another one needs
  return putBack(entry, putBack(entry, known));
}

function putBack(entry: CatalogueEntry, settings: Settings): Settings {
  const refused = Object.keys(refusalsOf(entry, settings)).filter((name) => name in neutral);
  const timeSteps = entry.kind === 'text' ? settings.timeSteps : entry.train.timeSteps;
  return { ...settings, timeSteps, ...Object.fromEntries(refused.map((name) => [name, neutral[name as keyof Settings]])) };
}
