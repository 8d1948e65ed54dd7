import type { CaptionedImage, Image } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';
import { writeCsv } from './csv.ts';
import { type ColumnOptions, columnNames, createRowReader, type ExampleReader, readWhole, requireText } from './example-reader.ts';
import { finishReading, quoteField, type Reading, type Skipped } from './reading.ts';

const columns = ['file', 'caption'] as const;
export type CaptionOptions = ColumnOptions<(typeof columns)[number]>;

/** A row of captions.csv. */
export interface Caption {
  readonly file: string;
  readonly caption: string;
  readonly line: number;
}

/** A reader of the rows `file,caption` of a captions.csv; files lie in its folder or below it. */
export function createCaptionReader(name: string, options: CaptionOptions = {}): ExampleReader<Caption> {
  const names = columnNames(columns, options);
  return createRowReader({ name, columns: names }, options, ([file, caption], line) => ({
    file: requireInside(requireText(file, names[0]), names[0]),
    caption: requireText(caption, names[1]),
    line,
  }));
}

/**
 * Reads a captions.csv and the images that it names.
 *
 * @param name what messages call the file
 * @param load gives the image of a file; an InputError that it throws becomes the reason why the row is skipped
 * @throws InputError for a missing column, an empty file, and more than 1 % of rows that cannot be taken: images that cannot be read, or whose size
 *   differs from the first one's. Grey images among coloured ones become coloured.
 */
export async function readCaptionedImages(
  text: string,
  name: string,
  load: (file: string) => Promise<Image>,
  options: CaptionOptions = {},
): Promise<Reading<CaptionedImage>> {
  const captions = readWhole('csv', name, text, createCaptionReader(name, options));
  const skipped: Skipped[] = [...captions.skipped];
  const found: { readonly file: string; readonly caption: string; readonly image: Image }[] = [];
  for (const { file, caption, line } of captions.examples) {
    try {
      const image = await load(file);
      if (found.length > 0) requireSameSize(file, image, found[0].file, found[0].image);
      found.push({ file, caption, image });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      skipped.push({ line, reason: error.message });
    }
  }
  const isColoured = found.some(({ image }) => image.channels === 3);
  const examples = found.map(
    ({ caption, image }): CaptionedImage => ({ kind: 'captioned-image', image: isColoured ? toColour(image) : image, caption }),
  );
  return finishReading(name, { examples, skipped, unit: captions.unit, total: captions.total }, options);
}

/** The text of a captions.csv and the images beside it, `0001.png` and so on; `encode` makes a file of an image. */
export function writeCaptionedImages(
  examples: readonly CaptionedImage[],
  encode: (image: Image) => Uint8Array,
): { readonly captions: string; readonly images: ReadonlyMap<string, Uint8Array> } {
  const digits = Math.max(4, String(examples.length).length);
  const files = examples.map((_, index) => `${String(index + 1).padStart(digits, '0')}.png`);
  return {
    captions: writeCsv([columns, ...examples.map(({ caption }, index) => [files[index], requireText(caption, 'caption')])]),
    images: new Map(examples.map(({ image }, index) => [files[index], encode(image)])),
  };
}

function requireInside(file: string, column: string): string {
  if (/^([/\\]|[a-z]:)/i.test(file) || file.split(/[/\\]/).includes('..'))
    throw new InputError(`${column} must lie in the folder of captions.csv or below it, got ${quoteField(file)}`);
  return file;
}

function requireSameSize(file: string, image: Image, firstFile: string, first: Image): void {
  if (image.width !== first.width || image.height !== first.height)
    throw new InputError(
      `image ${file} must be ${first.width} x ${first.height} pixels as ${firstFile} is, got ${image.width} x ${image.height}`,
    );
}

function toColour(image: Image): Image {
  if (image.channels === 3) return image;
  return {
    ...image,
    channels: 3,
    data: Float32Array.from({ length: 3 * image.data.length }, (_, index) => image.data[Math.floor(index / 3)]),
  };
}
