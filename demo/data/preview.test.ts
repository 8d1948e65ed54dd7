import { expect, test } from 'vitest';
import { previewOf } from './preview.ts';
import { readFiles, readPasted } from './read-files.ts';

test('what is pasted is rows if its first line names columns, else a text', async () => {
  const rows = previewOf(await readPasted('text,label\ngood film,positive\nbad film,negative\nfine film,positive\nsad film,negative\n'));
  expect(rows).toMatchObject({
    extent: '4 of 4 rows read as labeled-text',
    rows: ['positive: good film', 'negative: bad film', 'positive: fine film', 'negative: sad film'],
  });
  const pairs = previewOf(await readPasted('hello\tbonjour\ncat\tchat\n'));
  expect(pairs.rows).toEqual(['hello → bonjour', 'cat → chat']);
  expect(previewOf(await readPasted('Once upon a time,\nthere was a text.')).extent).toBe('a text of 35 characters');
});

test('a wrong file names its line', async () => {
  const file = new File(['text,label\ngood film,positive\nbad film\n'], 'reviews.csv');
  await expect(readFiles([file])).rejects.toThrow('line 3');
  await expect(readFiles([new File(['x'], 'page.html')])).rejects.toThrow('got page.html');
});
