import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ExampleKind, ExampleOf } from '../data/examples.ts';
import { writeCaptionedImages } from '../formats/captions.ts';
import { exampleWriters, type TextFileKind } from '../formats/write-examples.ts';
import { InputError } from '../spec/input-error.ts';
import { requireWritable, writeWhole } from './files.ts';
import { encodePng } from './images.ts';

/**
 * Writes examples as the file (for captioned images: the folder, made if it is not there) that readExamples reads back.
 *
 * @throws InputError if the name does not end as files of this kind do, or cannot be written.
 */
export async function writeExamples<Kind extends ExampleKind>(
  name: string,
  kind: Kind,
  examples: readonly ExampleOf<Kind>[],
): Promise<void> {
  if (kind === 'captioned-image') return writeFolder(name, examples as readonly ExampleOf<'captioned-image'>[]);
  const { extension, write } = exampleWriters[kind as TextFileKind] as { extension: string; write(examples: readonly unknown[]): string };
  if (path.extname(name).toLowerCase() !== extension)
    throw new InputError(`${name} must end in ${extension}, as files of ${kind} examples do`);
  await requireWritable(name);
  await writeWhole(name, write(examples));
}

async function writeFolder(folder: string, examples: readonly ExampleOf<'captioned-image'>[]): Promise<void> {
  const { captions, images } = writeCaptionedImages(examples, encodePng);
  await mkdir(folder, { recursive: true }).catch(() => {
    throw new InputError(`${folder} must be a folder, or a name for a new one`);
  });
  for (const [file, bytes] of images) await writeWhole(path.join(folder, file), bytes);
  await writeWhole(path.join(folder, 'captions.csv'), captions);
}
