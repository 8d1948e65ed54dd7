import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readText } from '../data/text.ts';
import { textPieces } from './text-pieces.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'retrograde-pieces-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const pieceBytes = 1 << 18;

async function piecesOf(bytes: Uint8Array): Promise<string[]> {
  const file = path.join(folder, 'a.csv');
  writeFileSync(file, bytes);
  const pieces: string[] = [];
  for await (const piece of textPieces(file, 'a .csv file')) pieces.push(piece);
  return pieces;
}

test.each([
  ['one character over the border', `${'x'.repeat(pieceBytes - 1)}é${'y'.repeat(10)}`],
  ['a wide character over the border', `${'x'.repeat(pieceBytes - 2)}\u{1F600}y`],
  ['a line end over the border', `${'x'.repeat(pieceBytes - 1)}\r\ny\r\n`],
  ['a lone CR at the border', `${'x'.repeat(pieceBytes - 1)}\ry\r`],
  ['a byte order mark', '\uFEFFa\r\nb'],
  ['three pieces', 'ab\r\n'.repeat(pieceBytes / 2)],
])('%s: as if it were read whole', async (_, text) => {
  const bytes = new TextEncoder().encode(text);
  const pieces = await piecesOf(bytes);
  expect(pieces.join('') === readText(bytes, 'a')).toBe(true);
  expect(pieces.length > 1).toBe(bytes.length > pieceBytes);
});

test('an empty file has no pieces', async () => {
  expect(await piecesOf(new Uint8Array(0))).toEqual([]);
});

test.each([
  ['in a later piece', [...new Uint8Array(pieceBytes + 7).fill(97), 0xff, 97], `got 0xff at byte ${pieceBytes + 7}`],
  ['at the end', [97, 0xe2, 0x82], 'got an unfinished character at its end'],
])('what is not UTF-8 is named: %s', async (_, bytes, message) => {
  await expect(piecesOf(Uint8Array.from(bytes))).rejects.toThrow(`a.csv must be UTF-8 text, ${message}`);
});

test('a file that is not there', async () => {
  const name = path.join(folder, 'none.csv');
  await expect(textPieces(name, 'a .csv file').next()).rejects.toThrow(`${name} must be a .csv file, got none there`);
});
