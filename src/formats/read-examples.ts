/** Any `.csv` or `.tsv` of examples: its kind is recognised, its reader chosen. */
import type { ExampleKind, ExampleOf } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';
import { createParser, type ExampleReader, type Separated } from './example-reader.ts';
import { createLabeledSequenceReader } from './labeled-sequence.ts';
import { createLabeledTextReader } from './labeled-text.ts';
import type { Reading, ReadingOptions } from './reading.ts';
import { recogniseCsv, recogniseTsv } from './recognise.ts';
import { parseText, type RowParser, type RowSink } from './rows.ts';
import { createSeriesReader, type SeriesOptions } from './series.ts';
import { createSignalPairReader } from './signal-pair.ts';
import { createTaggedSentenceReader } from './tagged-sentence.ts';
import { createTextPairReader } from './text-pair.ts';
import { createValuedSequenceReader } from './valued-sequence.ts';

export interface FileOptions extends ReadingOptions, Pick<SeriesOptions, 'column' | 'by' | 'date'> {
  /** What the file holds, where it cannot be told from its name and first lines. */
  readonly kind?: ExampleKind;
  /** What this file calls the columns of its kind: `{ text: 'review', label: 'stars' }`. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** Examples of one kind. */
export type ExampleFile = { readonly [Kind in ExampleKind]: { readonly kind: Kind } & Reading<ExampleOf<Kind>> }[ExampleKind];

/** Takes a file piece by piece (line ends LF). */
export interface FileReader {
  push(piece: string): void;
  /** The examples; `captions` if the file lists images, which are for readCaptionedImages to load. */
  end(): ExampleFile | 'captions';
}

/**
 * A reader of one file.
 *
 * @param name what messages call the file
 * @throws InputError (from push and end), one sentence, if it cannot be told what the file holds, or as the reader of its kind does.
 */
export function createFileReader(format: Separated, name: string, options: FileOptions = {}): FileReader {
  return format === 'csv' ? createCsvReader(name, options) : createTsvReader(name, options);
}

/**
 * Reads a whole `.csv` or `.tsv`; for captions see readCaptionedImages.
 *
 * @param text as readText gives it
 * @throws InputError as createFileReader, and for other extensions.
 */
export function readExampleText(name: string, text: string, options: FileOptions = {}): ExampleFile {
  const extension = /\.(csv|tsv)$/i.exec(name)?.[1].toLowerCase();
  if (extension === undefined) throw new InputError(`${name} must be a .csv or .tsv file, got another extension`);
  const reader = createFileReader(extension as Separated, name, options);
  parseText({ push: reader.push, end: () => undefined }, text);
  const file = reader.end();
  if (file === 'captions') throw new InputError(`${name} must come with the images that it lists, got the text alone`);
  return file;
}

function createCsvReader(name: string, options: FileOptions): FileReader {
  let chosen: Chosen | undefined;
  const parser = createParser('csv', name, (fields, line) => {
    if (fields.length === 0 && !chosen) throw new InputError(`${name} line ${line} must name the columns, got an empty line`);
    const kind = (): ExampleKind =>
      options.kind ??
      recogniseCsv(
        name,
        fields.map((field) => field.trim()),
        options,
      );
    chosen ??= chooseReader('csv', name, kind(), options);
    chosen.sink(fields, line);
  });
  return {
    push: parser.push,
    end() {
      parser.end();
      if (!chosen) throw new InputError(`${name} must name its columns in the first line, got an empty file`);
      return chosen.end();
    },
  };
}

/** The kind is told from the first piece, so that should be more than a line. */
function createTsvReader(name: string, options: FileOptions): FileReader {
  let chosen: Chosen | undefined;
  let parser: RowParser | undefined;
  const begin = (piece: string): { chosen: Chosen; parser: RowParser } => {
    chosen ??= chooseReader('tsv', name, options.kind ?? recogniseTsv(name, piece), options);
    parser ??= createParser('tsv', name, chosen.sink);
    return { chosen, parser };
  };
  return {
    push: (piece) => begin(piece).parser.push(piece),
    end() {
      const reading = begin('');
      reading.parser.end();
      return reading.chosen.end();
    },
  };
}

interface Chosen {
  readonly sink: RowSink;
  end(): ExampleFile | 'captions';
}

const kindsOf: Readonly<Record<Separated, readonly ExampleKind[]>> = {
  csv: ['labeled-text', 'labeled-sequence', 'valued-sequence', 'tagged-sentence', 'signal-pair', 'captioned-image', 'series'],
  tsv: ['text-pair', 'tagged-sentence'],
};

/** @throws InputError unless the kind is undefined or one of these */
export function requireKind(name: string, kind: ExampleKind | undefined, kinds: readonly ExampleKind[]): void {
  if (kind !== undefined && !kinds.includes(kind)) throw new InputError(`${name} must be read as ${kinds.join(' or ')}, got ${kind}`);
}

function chooseReader(format: Separated, name: string, kind: ExampleKind, options: FileOptions): Chosen {
  requireKind(name, kind, kindsOf[format]);
  switch (kind) {
    case 'labeled-text':
      return reading(kind, createLabeledTextReader(name, options));
    case 'labeled-sequence':
      return reading(kind, createLabeledSequenceReader(name, options));
    case 'valued-sequence':
      return reading(kind, createValuedSequenceReader(name, options));
    case 'tagged-sentence':
      return reading(kind, createTaggedSentenceReader(format, name, options));
    case 'signal-pair':
      return reading(kind, createSignalPairReader(name, options));
    case 'text-pair':
      return reading(kind, createTextPairReader(name, options));
    case 'series':
      return reading(kind, createSeriesReader(name, options));
    case 'captioned-image':
      return { sink: () => undefined, end: () => 'captions' };
  }
}

function reading<Kind extends ExampleKind>(kind: Kind, { sink, end }: ExampleReader<ExampleOf<Kind>>): Chosen {
  return { sink, end: () => ({ kind, ...end() }) as ExampleFile };
}
