import { InputError } from '../../spec/input-error.ts';
import { requireKeys, requireOneOf } from '../../spec/validation.ts';
import type { ExampleKind, ExampleOf } from '../examples.ts';
import { captionedImageFromJSON, createCaptionedImageCoder } from './captioned-image.ts';
import type { Coder } from './coder.ts';
import { createLabeledSequenceCoder, labeledSequenceFromJSON } from './labeled-sequence.ts';
import { createLabeledTextCoder, labeledTextFromJSON } from './labeled-text.ts';
import { createSeriesCoder, type SeriesOptions, seriesFromJSON } from './series.ts';
import { createSignalPairCoder, signalPairFromJSON } from './signal-pair.ts';
import { createTaggedSentenceCoder, taggedSentenceFromJSON } from './tagged-sentence.ts';
import { createTextPairCoder, textPairFromJSON } from './text-pair.ts';
import type { TextOptions } from './text-vocabulary.ts';
import { createValuedSequenceCoder, valuedSequenceFromJSON } from './valued-sequence.ts';

/** What a coder may be told; each kind takes what is its own. `horizon` is for series, where the default is 10. */
export type CoderOptions<Kind extends ExampleKind = ExampleKind> = TextOptions<Kind> & Partial<Pick<SeriesOptions, 'horizon'>>;

const defaultHorizon = 10;

type Makers = {
  readonly [Kind in ExampleKind]: {
    create(examples: readonly ExampleOf<Kind>[], options: CoderOptions<Kind>): Coder<Kind>;
    read(json: Record<string, unknown>): Coder<Kind>;
  };
};

const makers: Makers = {
  'labeled-text': { create: createLabeledTextCoder, read: labeledTextFromJSON },
  'labeled-sequence': { create: createLabeledSequenceCoder, read: labeledSequenceFromJSON },
  'valued-sequence': { create: createValuedSequenceCoder, read: valuedSequenceFromJSON },
  'tagged-sentence': { create: createTaggedSentenceCoder, read: taggedSentenceFromJSON },
  'signal-pair': { create: createSignalPairCoder, read: signalPairFromJSON },
  'text-pair': { create: createTextPairCoder, read: textPairFromJSON },
  'captioned-image': { create: createCaptionedImageCoder, read: captionedImageFromJSON },
  series: {
    create: (examples, options) => createSeriesCoder(examples, { ...options, horizon: options.horizon ?? defaultHorizon }),
    read: seriesFromJSON,
  },
};

/**
 * A coder for examples like these: their vocabulary, labels, sizes and scales.
 *
 * @param examples of the training; held-out ones would give away what they hold
 * @throws InputError if there is none, or if they are not enough to learn from: one label, a series that does not vary.
 */
export function createCoder<Kind extends ExampleKind>(
  kind: Kind,
  examples: readonly ExampleOf<Kind>[],
  options: CoderOptions<Kind> = {},
): Coder<Kind> {
  if (examples.length === 0) throw new InputError('a coder must be made of at least one example, got none');
  return makers[kind].create(examples, options);
}

/**
 * Reads what a coder's `toJSON` wrote, parsed.
 *
 * @throws InputError for anything else.
 */
export function coderFromJSON(json: unknown): Coder {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) requireKeys('coder', json, []);
  const record = json as Record<string, unknown>;
  const kind = requireOneOf('coder.kind', record.kind, Object.keys(makers) as ExampleKind[]);
  return makers[kind].read(record) as Coder;
}
