import { expect, test } from 'vitest';
import type { Image } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';
import { readCaptionedImages } from './captions.ts';

const image = (width: number, channels: 1 | 3 = 1): Image => ({
  width,
  height: 1,
  channels,
  data: new Float32Array(width * channels).fill(0.5),
});

function load(images: Readonly<Record<string, Image>>): (file: string) => Promise<Image> {
  return async (file) => {
    if (!(file in images)) throw new InputError(`image ${file} must be a PNG or JPEG, got none there`);
    return images[file];
  };
}

const read = (rows: string, images: Readonly<Record<string, Image>>, allowSkipped = true) =>
  readCaptionedImages(`file,caption\n${rows}`, 'captions.csv', load(images), { allowSkipped });

test('images that cannot be read or have another size are skipped, with their line', async () => {
  const { examples, skipped, total } = await read('a.png,one\nb.png,two\nc.png,three\nd.png,four\n', {
    'a.png': image(2),
    'c.png': image(3),
    'd.png': image(2),
  });
  expect(examples.map(({ caption }) => caption)).toEqual(['one', 'four']);
  expect(total).toBe(4);
  expect(skipped).toEqual([
    { line: 3, reason: 'image b.png must be a PNG or JPEG, got none there' },
    { line: 4, reason: 'image c.png must be 2 x 1 pixels as a.png is, got 3 x 1' },
  ]);
});

test('grey among coloured becomes coloured', async () => {
  const { examples } = await read('a.png,one\nb.png,two\n', { 'a.png': image(2), 'b.png': image(2, 3) });
  expect(examples.map((example) => example.image)).toEqual([image(2, 3), image(2, 3)]);
});

test.each(['/etc/a.png', '../a.png', 'x/../../a.png', 'C:\\a.png', '..\\a.png'])('%s lies outside', async (file) => {
  await expect(read(`${file},one\n`, {}, false)).rejects.toThrow('file must lie in the folder of captions.csv or below it');
});

test('a few unreadable images of few stop the reading, and all of many do', async () => {
  await expect(read('a.png,one\nb.png,two\n', { 'a.png': image(1) }, false)).rejects.toThrow(InputError);
  await expect(read('a.png,one\n', {})).rejects.toThrow(
    'captions.csv must hold at least one example, got none (line 2: image a.png must be',
  );
});

test('a missing column lists what is there', async () => {
  await expect(readCaptionedImages('image,text\n', 'captions.csv', load({}))).rejects.toThrow(
    new InputError("captions.csv must have the columns 'file', 'caption', got the columns 'image', 'text'"),
  );
});
