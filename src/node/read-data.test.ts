import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { CaptionedImage, Example, ExampleKind, ExampleOf, Image } from '../data/examples.ts';
import { describeSkipped } from '../formats/reading.ts';
import { encodeWav } from '../formats/wav.ts';
import { InputError } from '../index.ts';
import { encodePng } from './images.ts';
import { type DataOptions, readExamples } from './read-data.ts';
import { writeExamples } from './write-data.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'retrograde-data-'));
const at = (name: string): string => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(name: string, contents: string | Uint8Array, options?: DataOptions) {
  writeFileSync(at(name), contents);
  return readExamples(at(name), options);
}

const picture = (value: number, width = 2): Image => ({
  width,
  height: 2,
  channels: 3,
  data: Float32Array.from({ length: 6 * width }, (_, index) => ((value + 11 * index) % 256) / 255),
});

describe('what is written is read as the same kind and the same examples', () => {
  const examples: { readonly [Kind in ExampleKind]: readonly ExampleOf<Kind>[] } = {
    'labeled-text': ['good', 'bad', 'good', 'bad'].map((label) => ({ kind: 'labeled-text', text: `so, "${label}"`, label })),
    'labeled-sequence': [1, 2].map((step) => ({ kind: 'labeled-sequence', sequence: [[step, 0]], label: 'one' })),
    'valued-sequence': [1, 2].map((value) => ({ kind: 'valued-sequence', sequence: [[value, 0.5]], value })),
    'tagged-sentence': [1, 2].map(() => ({ kind: 'tagged-sentence', tokens: ['we', 'run'], tags: ['PRON', 'VERB'] })),
    'signal-pair': [1, 2].map((value) => ({ kind: 'signal-pair', input: [value, 0.1], target: [-value, 0.2] })),
    'text-pair': [1, 2].map((value) => ({ kind: 'text-pair', source: `say ${value}`, target: `dis ${value}` })),
    series: [1, 2].map((value) => ({ kind: 'series', values: [value, 0.1, 7] })),
    'captioned-image': [1, 2].map(
      (value): CaptionedImage => ({ kind: 'captioned-image', image: picture(value), caption: `number ${value}` }),
    ),
  };
  const extensions: Partial<Record<ExampleKind, string>> = { 'tagged-sentence': '.tsv', 'text-pair': '.tsv', 'captioned-image': '' };

  test.each(Object.keys(examples) as ExampleKind[])('%s', async (kind) => {
    const name = at(`${kind}${extensions[kind] ?? '.csv'}`);
    await writeExamples<ExampleKind>(name, kind, examples[kind] as readonly Example[]);
    expect(await readExamples(name)).toMatchObject({ kind, examples: examples[kind], skipped: [] });
  });

  test('under a name that would be read otherwise it is not written', async () => {
    await expect(writeExamples(at('a.csv'), 'text-pair', examples['text-pair'])).rejects.toThrow(
      'must end in .tsv, as files of text-pair examples do',
    );
    await expect(writeExamples(at('captions.txt/x'), 'captioned-image', examples['captioned-image'])).resolves.toBeUndefined();
  });
});

describe('recognised', () => {
  test('a text', async () => {
    expect(await read('a.TXT', 'one\r\ntwo')).toEqual({ kind: 'text', text: 'one\ntwo' });
  });

  test('prices, with a byte order mark and Windows line ends', async () => {
    const file = await read('a.csv', '\uFEFFDate,Close\r\n2024-01-03,2.5\r\n2024-01-02,1.5\r\n', { column: 'Close' });
    expect(file).toMatchObject({ kind: 'series', examples: [{ values: [1.5, 2.5] }], total: 2 });
  });

  test('a table whose columns have other names', async () => {
    const file = await read('a.csv', 'review,stars\na,1\nb,1\n', { columns: { text: 'review', label: 'stars' } });
    expect(file).toMatchObject({ kind: 'labeled-text', examples: [{ text: 'a', label: '1' }, { text: 'b' }] });
  });

  test('a kind that is said', async () => {
    expect(await read('a.tsv', 'one two\tX\n\nthree\tY\n', { kind: 'tagged-sentence' })).toMatchObject({ unit: 'sentences', total: 2 });
    await expect(read('a.tsv', 'a\tb\n', { kind: 'series' })).rejects.toThrow('must be read as text-pair or tagged-sentence, got series');
    await expect(read('a.csv', 'a,b\n', { kind: 'text-pair' })).rejects.toThrow('got text-pair');
  });

  test('a sound, at its own rate and at another', async () => {
    const wav = encodeWav(
      Float32Array.from({ length: 1600 }, (_, index) => 0.5 * Math.sin(index / 10)),
      16_000,
    );
    const own = await read('a.wav', wav);
    const other = await read('a.wav', wav, { sampleRate: 8000 });
    expect([own, other]).toMatchObject([
      { kind: 'series', sampleRate: 16_000 },
      { kind: 'series', sampleRate: 8000 },
    ]);
    if (own.kind !== 'series' || other.kind !== 'series') throw new Error('not a series');
    expect([own, other].map(({ examples: [{ values }] }) => values.length)).toEqual([1600, 800]);
    expect(own.examples[0].values[16]).toBeCloseTo(0.5 * Math.sin(1.6), 4);
    await expect(read('a.wav', wav, { sampleRate: 0 })).rejects.toThrow('sampleRate must be a positive integer, got 0');
  });

  test('a captions.csv by itself', async () => {
    mkdirSync(at('pictures'), { recursive: true });
    writeFileSync(at('pictures/x.png'), encodePng(picture(5)));
    expect(await read('pictures/captions.csv', 'file,caption\nx.png,one\n')).toMatchObject({
      kind: 'captioned-image',
      examples: [{ caption: 'one', image: picture(5) }],
    });
  });

  test('a file of many pieces, its skipped row counted and placed', async () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => (index === 30_000 ? 'x,oops\n' : `"line\nend, ${index}",${index % 2}\n`));
    const file = await read('a.csv', `text,value\n${rows.join('')}`, { column: 'value' });
    if (file.kind !== 'series') throw new Error('not a series');
    expect(file.examples[0].values).toHaveLength(49_999);
    expect(describeSkipped(file)).toBe("skipped 1 of 50000 rows (line 60002: value must be a number, got 'oops')");
  });
});

describe('refused in one sentence', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['a.csv', '', 'must name its columns in the first line, got an empty file'],
    ['a.csv', '\ntext,label\n', 'line 1 must name the columns, got an empty line'],
    ['a.csv', 'Date,Open,Close\n', "or a column of numbers that is named, got the columns 'Date', 'Open', 'Close'"],
    ['a.csv', Uint8Array.of(116, 0xff), 'must be UTF-8 text, got 0xff at byte 1'],
    ['a.csv', `text,label\n${'x'.repeat(10 << 20)},a\n`, 'line 2 must begin a row of at most 1,000,000 characters, got a longer one'],
    ['a.tsv', '', "must have the columns 'source', 'target', got an empty file"],
    ['a.tsv', 'one\ntwo\n', "must have two columns with a tab between them, got one column: line 1 is 'one'"],
    ['a.txt', '', 'must hold text, got an empty file'],
    ['a.wav', '', 'got an empty file'],
    ['a.json', '{}', 'must be a .txt, .csv, .tsv or .wav file, or a folder with a captions.csv, got another extension'],
  ])('%s %#', async (name, contents, message) => {
    await expect(read(name, contents)).rejects.toThrow(InputError);
    await expect(read(name, contents)).rejects.toThrow(message);
  });

  test('what is not there, and a folder without captions', async () => {
    await expect(readExamples(at('none.csv'))).rejects.toThrow('must be a .csv file, got none there');
    await expect(readExamples(at('none'))).rejects.toThrow('or a folder with a captions.csv, got none there');
    mkdirSync(at('bare'));
    await expect(readExamples(at('bare'))).rejects.toThrow(`${at('bare/captions.csv')} must be a file beside its images, got none there`);
  });

  test('images of two sizes, and one that is no image', async () => {
    mkdirSync(at('mixed'));
    writeFileSync(at('mixed/a.png'), encodePng(picture(1)));
    writeFileSync(at('mixed/b.png'), encodePng(picture(1, 3)));
    writeFileSync(at('mixed/c.png'), 'no image');
    writeFileSync(at('mixed/captions.csv'), 'file,caption\na.png,one\nb.png,two\nc.png,three\nd.png,four\n');
    await expect(readExamples(at('mixed'))).rejects.toThrow(
      'got 3 of 4 (line 3: image b.png must be 2 x 2 pixels as a.png is, got 3 x 2; line 4: image c.png must be a PNG or JPEG, got a file that begins as neither; line 5: ',
    );
    const file = await readExamples(at('mixed'), { allowSkipped: true });
    expect(file).toMatchObject({ kind: 'captioned-image', examples: [{ caption: 'one' }], total: 4 });
  });
});
