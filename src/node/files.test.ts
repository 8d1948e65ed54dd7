import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { InputError } from '../index.ts';
import { readBytes, requireWritable, writeWhole } from './files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'retrograde-files-'));
const at = (name: string): string => path.join(folder, name);
mkdirSync(at('folder'));
writeFileSync(at('old'), 'old');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('bytes are a plain Uint8Array of their own', async () => {
  const bytes = await readBytes(at('old'), 'a file');
  expect(bytes.constructor).toBe(Uint8Array);
  expect([bytes.byteOffset, bytes.buffer.byteLength]).toEqual([0, 3]);
});

test('problems are sentences', async () => {
  await expect(readBytes(at('none'), 'a text file')).rejects.toThrow(new InputError(`${at('none')} must be a text file, got none there`));
  await expect(readBytes(at('folder'), 'a text file')).rejects.toThrow('got a folder');
  await expect(readBytes(at('old/x'), 'a text file')).rejects.toThrow('got a path through a file');
  await expect(requireWritable(at('none/x'))).rejects.toThrow('must be in a folder that can be written, got none there');
  await expect(requireWritable(at('folder'))).rejects.toThrow('must be a file to write, got a folder');
  await expect(requireWritable(at('old/x'))).rejects.toThrow('got a path through a file');
  await expect(requireWritable(at('new'))).resolves.toBeUndefined();
  await expect(requireWritable(at('old'))).resolves.toBeUndefined();
});

test('a file is replaced whole, and nothing is left when it cannot be', async () => {
  await writeWhole(at('old'), 'new');
  expect(readFileSync(at('old'), 'utf8')).toBe('new');
  mkdirSync(at('full/target'), { recursive: true });
  await expect(writeWhole(at('full/target'), 'x')).rejects.toThrow(InputError);
  expect(readdirSync(at('full'))).toEqual(['target']);
  await expect(writeWhole(at('none/x'), 'x')).rejects.toThrow('must be a file that can be written, got none there');
});
