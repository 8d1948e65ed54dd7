/** The user's own files as examples: recognised by extension and header, read piece by piece. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readText } from '../data/text.ts';
import { readCaptionedImages } from '../formats/captions.ts';
import type { Separated } from '../formats/example-reader.ts';
import { createFileReader, type ExampleFile, type FileOptions, requireKind } from '../formats/read-examples.ts';
import { decodeWav, mixToMono } from '../formats/wav.ts';
import { InputError } from '../spec/input-error.ts';
import { requireInteger } from '../spec/validation.ts';
import { readBytes } from './files.ts';
import { decodeImage } from './images.ts';
import { resample } from './sound.ts';
import { textPieces } from './text-pieces.ts';

export interface DataOptions extends FileOptions {
  /** Samples per second that sound is brought to; default the file's own. */
  readonly sampleRate?: number;
}

/** What a file holds: one text, or examples of one kind; sound says its samples per second. */
export type DataFile = { readonly kind: 'text'; readonly text: string } | (ExampleFile & { readonly sampleRate?: number });

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
      return readTable('csv', name, options);
    case '.tsv':
      return readTable('tsv', name, options);
    case '.wav':
      return readSound(name, options);
    default:
      await readBytes(name, known); // a file that is not there is the first thing to say
      throw new InputError(`${name} must be ${known}, got another extension`);
  }
}

async function readTable(format: Separated, name: string, options: DataOptions): Promise<DataFile> {
  const reader = createFileReader(format, name, options);
  for await (const piece of textPieces(name, `a .${format} file`)) reader.push(piece);
  const file = reader.end();
  return file === 'captions' ? readCaptions(name, options) : file;
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
