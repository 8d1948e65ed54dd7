/** A run over a text as plain data: the specs, the streams and the baselines, all made and checked before a GPU is asked for. */
import { bitsPerToken, countNgrams } from '../data/ngram.ts';
import {
  createTokenStream,
  createValidationStream,
  createVocabulary,
  InputError,
  type ModelSpec,
  splitText,
  type TokenStream,
  type TrainSpec,
  type Vocabulary,
} from '../index.ts';
import { PRODUCT_TILES, RECURRENT_KERNELS, WEIGHT_STORAGES } from '../spec/engine.ts';
import { updateEveryOf } from '../spec/train.ts';
import { type CheckpointFile, requireTextRecord, requireVocabulary, type TextRecord } from './checkpoint-file.ts';
import type { OptionTable, OptionValues } from './options.ts';
import { requireAgreement, type SpecBase, type Specs, type SpecValues, specsFrom, withScheduleLength } from './spec-options.ts';
import { fingerprint, naming, type TextSource } from './text-source.ts';

export const runTable = {
  validation: {
    kind: 'number',
    range: 'fraction',
    help: 'share that is held out: of a text or series its end, of the examples of a file any; default 0.1 and 0.2',
  },
  order: { kind: 'word', words: ['stream', 'random'], help: 'of text: rows read on where they stopped (default), or start anywhere' },
  kernel: {
    kind: 'word',
    words: RECURRENT_KERNELS,
    help: 'all time steps of a layer in one dispatch, one dispatch each, one each for all layers beside each other, or what is faster on the adapter (default; by size for fewer than 100 steps)',
  },
  products: {
    kind: 'word',
    words: PRODUCT_TILES,
    help: 'on a GPU, how operands of matrix products reach its threads: from storage to registers, through workgroup memory, or what is faster (default; registers for fewer than 100 steps)',
  },
  weights: {
    kind: 'word',
    words: WEIGHT_STORAGES,
    help: 'how the copies of the weights lie that a step reads: f16 has half the bytes and 11 bits; parameters and arithmetic stay f32; default f32',
  },
} as const satisfies OptionTable;

export type TextValues = SpecValues &
  OptionValues<typeof runTable> & { readonly 'minimum-count'?: number; readonly 'vocabulary-size'?: number };

export interface TextRun extends Specs {
  readonly vocabulary: Vocabulary;
  readonly train: TrainSpec;
  readonly model: ModelSpec;
  readonly steps: number;
  readonly stream: TokenStream;
  readonly parts: { readonly train: Int32Array; readonly validation: Int32Array };
  /** Absent if nothing is held out. */
  readonly heldOut?: TokenStream;
  readonly record: TextRecord;
}

/**
 * What a run over a text will be; with a checkpoint the rest of its run.
 *
 * @throws InputError for options that are not possible, a text that is too short, or one that is not the checkpoint's.
 */
export function planRun(source: TextSource, values: TextValues, resumed?: CheckpointFile): TextRun {
  const { text, task } = source;
  if (resumed && !resumed.train) throw new InputError(`${resumed.name} must hold a trainer to resume, got parameters only`);
  const steps = values.steps ?? task.steps;
  if (resumed && steps <= resumed.step) throw new InputError(`--steps must be above the ${resumed.step} of ${resumed.name}, got ${steps}`);
  const record = recordOf(source, values, resumed);
  const vocabulary = resumed ? requireVocabulary(resumed) : vocabularyOf(source, values);
  const specs = resumed?.train
    ? { model: resumed.model, train: resumed.train }
    : specsFrom(baseOf(source, vocabulary), withScheduleLength(values, steps));
  if (resumed) requireAgreement(resumed.name, specs, values);
  const { model, train } = specs;
  if (model.architecture !== 'many-to-many')
    throw new InputError(`--architecture must be 'many-to-many' to learn text, got '${model.architecture}'`);

  const tokens = naming(source.name, () => vocabulary.encode(text));
  const parts = splitText(tokens, record.validation);
  if (record.validation > 0 && parts.validation.length < 2) {
    throw new InputError(
      `--validation ${record.validation} must leave at least 2 of the ${tokens.length} ${unitOf(vocabulary)} of ${source.name}, got ${parts.validation.length}`,
    );
  }
  const { batch, timeSteps, accumulate, seed } = train;
  const stream = naming(`the training part of ${source.name}`, () =>
    createTokenStream(parts.train, { batch: batch * accumulate, timeSteps, every: updateEveryOf(train), order: record.order, seed }),
  );
  return { model, train, vocabulary, steps, stream, parts, heldOut: heldOutStream(parts.validation, train), record };
}

/** What the tokens of a vocabulary are called. */
export const unitOf = ({ kind }: Vocabulary): string => ({ char: 'characters', word: 'words', bpe: 'tokens' })[kind];

function vocabularyOf({ name, text, task }: TextSource, values: TextValues): Vocabulary {
  const { tokens = task.tokens ?? 'char', 'minimum-count': minimumCount, 'vocabulary-size': size } = values;
  return naming(name, () => {
    switch (tokens) {
      case 'word':
        return createVocabulary(text, { tokens, ...(minimumCount === undefined ? { marks: [] } : { minimumCount }) });
      case 'bpe':
        return createVocabulary(text, { tokens, ...(size !== undefined && { size }) });
      case 'char':
        return createVocabulary(text, { tokens });
    }
  });
}

/** The held-out part as the one stream on which training and `evaluate` measure; undefined if it is empty. */
export function heldOutStream(
  tokens: Int32Array,
  { batch, timeSteps, recompute = timeSteps }: { readonly batch: number; readonly timeSteps: number; readonly recompute?: number },
): TokenStream | undefined {
  // states are carried from window to window: shorter ones, where memory is short, measure the same
  return tokens.length < 2 ? undefined : createValidationStream(tokens, { batch, timeSteps: recompute });
}

/** Bits per token of the held-out part under what counting the training part says. */
export function baselinesOf(
  { train, validation }: TextRun['parts'],
  vocabulary: number,
): { readonly unigram: number; readonly trigram: number } {
  const bits = (order: number): number => bitsPerToken(countNgrams(train, { order, vocabulary }), validation);
  return { unigram: bits(1), trigram: bits(3) };
}

function recordOf({ name, text }: TextSource, values: OptionValues<typeof runTable>, resumed: CheckpointFile | undefined): TextRecord {
  const saved = resumed && requireTextRecord(resumed, name);
  const print = fingerprint(text);
  if (!saved) return { text: print, validation: values.validation ?? 0.1, order: values.order ?? 'stream' };
  for (const key of ['validation', 'order'] as const) {
    const given = values[key];
    if (given !== undefined && given !== saved[key])
      throw new InputError(`--${key} must be the ${saved[key]} that ${resumed?.name} was trained with, got ${given}`);
  }
  if (print !== saved.text) throw new InputError(`${name} must be the text that ${resumed?.name} was trained on, got another one`);
  return saved;
}

function baseOf({ task }: TextSource, { size }: Vocabulary): SpecBase {
  const { embedding, architecture, recurrent } = task.model;
  return {
    model: { architecture, recurrent, input: { kind: 'tokens', vocabulary: size, embedding }, output: { kind: 'softmax', classes: size } },
    train: task.train,
  };
}
