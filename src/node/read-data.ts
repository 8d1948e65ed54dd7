/** The user's own files as examples: recognised by extension and header, read piece by piece. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ExampleKind, ExampleOf } from '../data/examples.ts';
import { readText } from '../data/text.ts';
import { readCaptionedImages } from '../formats/captions.ts';
import { createParser, type ExampleReader, type Separated } from '../formats/example-reader.ts';
import { createLabeledSequenceReader } from '../formats/labeled-sequence.ts';
import { createLabeledTextReader } from '../formats/labeled-text.ts';
import type { Reading, ReadingOptions } from '../formats/reading.ts';
import { recogniseCsv, recogniseTsv } from '../formats/recognise.ts';
import type { RowSink } from '../formats/rows.ts';
import { createSeriesReader, type SeriesOptions } from '../formats/series.ts';
import { createSignalPairReader } from '../formats/signal-pair.ts';
import { createTaggedSentenceReader } from '../formats/tagged-sentence.ts';
import { createTextPairReader } from '../formats/text-pair.ts';
import { createValuedSequenceReader } from '../formats/valued-sequence.ts';
import { decodeWav, mixToMono } from '../formats/wav.ts';
import { InputError } from '../spec/input-error.ts';
import { requireInteger } from '../spec/validation.ts';
import { readBytes } from './files.ts';
import { decodeImage } from './images.ts';
import { resample } from './sound.ts';
import { textPieces } from './text-pieces.ts';

export interface DataOptions extends ReadingOptions, Pick<SeriesOptions, 'column' | 'by' | 'date'> {
  /** What the file holds, where it cannot be told from its name and first lines. */
  readonly kind?: ExampleKind;
  /** What this file calls the columns of its kind: `{ text: 'review', label: 'stars' }`. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Samples per second that sound is brought to; default the file's own. */
  readonly sampleRate?: number;
}

/** What a file holds: one text, or examples of one kind. */
export type DataFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly [Kind in ExampleKind]: { readonly kind: Kind; readonly sampleRate?: number } & Reading<ExampleOf<Kind>> }[ExampleKind];

const known = 'a .txt, .csv, .tsv or .wav file, or a folder with a captions.csv';

/**
 * Reads a file or folder of the user's.
 *
 * | what | becomes |
 * |---|---|
 * | `.txt` | one text |
 * | `.csv` | by its columns: `text,label`; `sequence,label`; `sequence,value`; `input,target`; `token,tag`; `file,caption`; or the column of a series |
 * | `.tsv` | pairs of texts, or tokens and tags with empty lines between sentences |
 * | `.wav` | a series, the mean of its channels, with its sample rate |
 * | a folder | captioned images, by its `captions.csv` |
 *
 * @throws InputError, one sentence, if it cannot be told what the file is, if it is not what it should be, or if more than 1 % of its rows are skipped.
 */
export async function readExamples(name: string, options: DataOptions = {}): Promise<DataFile> {
  const isFolder = await stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return readCaptions(path.join(name, 'captions.csv'), options);
  switch (path.extname(name).toLowerCase()) {
    case '.txt':
      return { kind: 'text', text: readText(await readBytes(name, 'a text file'), name) };
    case '.csv':
      return readCsv(name, options);
    case '.tsv':
      return readTsv(name, options);
    case '.wav':
      return readSound(name, options);
    default:
      await readBytes(name, known); // a file that is not there is the first thing to say
      throw new InputError(`${name} must be ${known}, got another extension`);
  }
}

async function readCsv(name: string, options: DataOptions): Promise<DataFile> {
  let reader: Reader | undefined;
  const parser = createParser('csv', name, (fields, line) => {
    if (fields.length === 0 && !reader) throw new InputError(`${name} line ${line} must name the columns, got an empty line`);
    reader ??= readerOf('csv', name, options.kind ?? recogniseCsv(name, trimmed(fields), options), options);
    reader.sink(fields, line);
  });
  for await (const piece of textPieces(name, 'a .csv file')) parser.push(piece);
  parser.end();
  if (!reader) throw new InputError(`${name} must name its columns in the first line, got an empty file`);
  return reader.end();
}

async function readTsv(name: string, options: DataOptions): Promise<DataFile> {
  const pieces = textPieces(name, 'a .tsv file');
  const first = await pieces.next();
  const beginning = first.done ? '' : first.value;
  const reader = readerOf('tsv', name, options.kind ?? recogniseTsv(name, beginning), options);
  const parser = createParser('tsv', name, reader.sink);
  parser.push(beginning);
  for await (const piece of pieces) parser.push(piece);
  parser.end();
  return reader.end();
}

async function readCaptions(name: string, options: DataOptions): Promise<DataFile> {
  requireKind(name, options.kind, ['captioned-image']);
  const folder = path.dirname(name);
  const text = readText(await readBytes(name, 'a file beside its images'), name);
  const load = async (file: string) => decodeImage(await readBytes(path.join(folder, file), 'a PNG or JPEG'), file);
  return { kind: 'captioned-image', ...(await readCaptionedImages(text, name, load, options)) };
}

async function readSound(name: string, { kind, sampleRate }: DataOptions): Promise<DataFile> {
  requireKind(name, kind, ['series']);
  const sound = decodeWav(await readBytes(name, 'a .wav file'), name);
  const rate = sampleRate === undefined ? sound.sampleRate : requireInteger('sampleRate', sampleRate);
  const values = Array.from(resample(mixToMono(sound), sound.sampleRate, rate));
  return { kind: 'series', sampleRate: rate, examples: [{ kind: 'series', values }], skipped: [], unit: 'sounds', total: 1 };
}

interface Reader {
  readonly sink: RowSink;
  end(): DataFile | Promise<DataFile>;
}

function readerOf(format: Separated, name: string, kind: ExampleKind, options: DataOptions): Reader {
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
    case 'captioned-image': // read once more, with its images
      return { sink: () => undefined, end: () => readCaptions(name, options) };
  }
}

function reading<Kind extends ExampleKind>(kind: Kind, { sink, end }: ExampleReader<ExampleOf<Kind>>): Reader {
  return { sink, end: () => ({ kind, ...end() }) as DataFile };
}

const kindsOf: Readonly<Record<Separated, readonly ExampleKind[]>> = {
  csv: ['labeled-text', 'labeled-sequence', 'valued-sequence', 'tagged-sentence', 'signal-pair', 'captioned-image', 'series'],
  tsv: ['text-pair', 'tagged-sentence'],
};

function requireKind(name: string, kind: ExampleKind | undefined, kinds: readonly ExampleKind[]): void {
  if (kind !== undefined && !kinds.includes(kind)) throw new InputError(`${name} must be read as ${kinds.join(' or ')}, got ${kind}`);
}

const trimmed = (fields: readonly string[]): string[] => fields.map((field) => field.trim());
