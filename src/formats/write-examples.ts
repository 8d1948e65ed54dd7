import type { ExampleKind, ExampleOf } from '../data/examples.ts';
import { writeLabeledSequences } from './labeled-sequence.ts';
import { writeLabeledTexts } from './labeled-text.ts';
import { writeSeries } from './series.ts';
import { writeSignalPairs } from './signal-pair.ts';
import { writeTaggedSentences } from './tagged-sentence.ts';
import { writeTextPairs } from './text-pair.ts';
import { writeValuedSequences } from './valued-sequence.ts';

/** The kinds that are one text file; captioned images are a folder. */
export type TextFileKind = Exclude<ExampleKind, 'captioned-image'>;

type Writers = {
  readonly [Kind in TextFileKind]: { readonly extension: '.csv' | '.tsv'; write(examples: readonly ExampleOf<Kind>[]): string };
};

/** What writes each kind, and how its file is called at the end. */
export const exampleWriters: Writers = {
  'labeled-text': { extension: '.csv', write: writeLabeledTexts },
  'labeled-sequence': { extension: '.csv', write: writeLabeledSequences },
  'valued-sequence': { extension: '.csv', write: writeValuedSequences },
  'tagged-sentence': { extension: '.tsv', write: (examples) => writeTaggedSentences('tsv', examples) },
  'signal-pair': { extension: '.csv', write: writeSignalPairs },
  'text-pair': { extension: '.tsv', write: writeTextPairs },
  series: { extension: '.csv', write: writeSeries },
};
