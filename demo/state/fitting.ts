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
  const cannotReadBackwards = isText || architecture === 'one-to-one' || architecture === 'one-to-many';
  return {
    ...(cannotReadBackwards && { bidirectional: 'what comes next cannot be read from the end' }),
    ...(architecture !== 'encoder-decoder' && { attention: 'only an encoder-decoder has a source to look back at' }),
    ...(numbers && { embedding: 'numbers are read as they are' }),
    ...(settings.layers < 2 && { dropout: 'acts between two layers' }),
    ...(!isText && { timeSteps: 'follows from the longest example' }),
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

/** The same settings with everything put back that does not fit. */
export function fitted(entry: CatalogueEntry, settings: Settings): Settings {
  const refused = refusalsOf(entry, settings);
  return {
    ...settings,
    cell: cells.includes(settings.cell) ? settings.cell : 'lstm',
    ...(refused.bidirectional && { bidirectional: false }),
    ...(refused.attention && { attention: 'none' as const }),
    ...(refused.embedding && { embedding: 0 }),
    ...(refused.dropout && { dropout: 0 }),
    ...(refused.timeSteps && { timeSteps: entry.train.timeSteps }),
    ...(!initializationsOf(settings.cell).includes(settings.initialization) && { initialization: 'default' as const }),
  };
}
