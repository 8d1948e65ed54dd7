/** The visitor's own files as a text or examples; loads with the first of them. */
import type { Image } from '../../src/data/examples.ts';
import { readText } from '../../src/data/text.ts';
import { readCaptionedImages } from '../../src/formats/captions.ts';
import { createFileReader, type ExampleFile } from '../../src/formats/read-examples.ts';
import { decodeWav, mixToMono } from '../../src/formats/wav.ts';
import { InputError } from '../../src/spec/input-error.ts';
import type { OwnData } from '../worker/create-material.ts';

const known = 'a .txt, .csv, .tsv or .wav file, or a captions.csv with its images';

/**
 * @param files one, or a captions.csv together with its images
 * @throws InputError, one sentence, if it cannot be told what a file is, or if it is not what it should be; it names the line
 */
export async function readFiles(files: readonly File[]): Promise<OwnData> {
  const main = files.find(({ name }) => /\.(txt|csv|tsv|wav)$/i.test(name));
  if (!main) throw new InputError(`what you choose must be ${known}, got ${files.map(({ name }) => name).join(', ') || 'nothing'}`);
  const { name } = main;
  const bytes = new Uint8Array(await main.arrayBuffer());
  if (/\.txt$/i.test(name)) return { kind: 'text', name, text: readText(bytes, name) };
  if (/\.wav$/i.test(name)) {
    const values = Array.from(mixToMono(decodeWav(bytes, name)));
    return {
      kind: 'examples',
      name,
      file: { kind: 'series', examples: [{ kind: 'series', values }], skipped: [], unit: 'sounds', total: 1 },
    };
  }
  return { kind: 'examples', name, file: await readRows(name, readText(bytes, name), files) };
}

/** What was pasted: rows if its first line says so, else a text. */
export async function readPasted(text: string): Promise<OwnData> {
  const first = text.split('\n', 1)[0].trim();
  const columns = /^"?(text|sequence|input|token|source|date|value|price)"?\s*[,\t]/i;
  if (columns.test(first) || (first.includes('\t') && text.includes('\n'))) {
    const name = first.includes('\t') ? 'pasted.tsv' : 'pasted.csv';
    return { kind: 'examples', name, file: await readRows(name, text.replaceAll('\r\n', '\n'), []) };
  }
  return { kind: 'text', name: 'pasted text', text };
}

async function readRows(name: string, text: string, files: readonly File[]): Promise<ExampleFile> {
  const reader = createFileReader(/\.tsv$/i.test(name) ? 'tsv' : 'csv', name, {});
  reader.push(text);
  const file = reader.end();
  if (file !== 'captions') return file;
  const load = async (wanted: string): Promise<Image> => {
    const found = files.find((candidate) => candidate.name === wanted.split('/').pop());
    if (!found) throw new InputError(`image ${wanted} must be chosen together with ${name}, got other files`);
    return decode(found);
  };
  return { kind: 'captioned-image', ...(await readCaptionedImages(text, name, load)) };
}

/** By the browser's own decoders; what is transparent shows white behind it. */
async function decode(file: File): Promise<Image> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new InputError(`image ${file.name} must be a picture that this browser can read, got another file`);
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new Error('a canvas must have a context, got none');
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const values = new Float32Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let channel = 0; channel < 3; channel++) values[pixel * 3 + channel] = data[pixel * 4 + channel] / 255;
  return { width, height, channels: 3, data: values };
}
