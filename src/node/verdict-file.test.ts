import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keep, readKept } from '../check/verdict-store.ts';
import { cacheFolder, verdictFile } from './verdict-file.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'retrograde-verdicts-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const verdict = { time: Date.now(), largestError: 1e-7, tolerance: 1e-5 };

describe('the file of verdicts', () => {
  it('gives what was written, also to another process, and leaves nothing else behind', async () => {
    const cache = path.join(folder, 'deep', 'cache');
    await keep(verdictFile(cache), new Map([['one', verdict]]));
    await keep(verdictFile(cache), new Map([['two', verdict]]));
    expect([...(await readKept(verdictFile(cache)))]).toEqual([
      ['one', verdict],
      ['two', verdict],
    ]);
    expect(readdirSync(cache)).toEqual(['self-test.json']);
  });

  it('counts for nothing where it is absent, cut off, or cannot be written', async () => {
    expect((await readKept(verdictFile(path.join(folder, 'nowhere')))).size).toBe(0);
    writeFileSync(path.join(folder, 'self-test.json'), '{"one":{"time":');
    expect((await readKept(verdictFile(folder))).size).toBe(0);
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    await keep(verdictFile(path.join(file, 'below')), new Map([['one', verdict]]));
    expect((await readKept(verdictFile(path.join(file, 'below')))).size).toBe(0);
  });

  it('lies where the system keeps such things', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/somewhere' }, 'linux')).toBe(path.join('/somewhere', 'retrograde'));
    expect(cacheFolder({}, 'linux')).toBe(path.join(os.homedir(), '.cache', 'retrograde'));
    expect(cacheFolder({ LOCALAPPDATA: 'C:\\local', XDG_CACHE_HOME: '/x' }, 'win32')).toBe(path.join('C:\\local', 'retrograde'));
  });
});
