import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keep, readKept } from '../gpu/kept.ts';
import { cacheFolder, keptFiles } from './kept-file.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'retrograde-kept-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const entry = { time: Date.now(), size: 1 };
const any = () => true;

describe('the files of what is kept', () => {
  it('gives what was written, also to another process, and leaves nothing else behind', async () => {
    const cache = path.join(folder, 'deep', 'cache');
    await keep(keptFiles(cache), 'self-test', new Map([['one', entry]]));
    await keep(keptFiles(cache), 'self-test', new Map([['two', entry]]));
    expect([...(await readKept(keptFiles(cache), 'self-test', any))]).toEqual([
      ['one', entry],
      ['two', entry],
    ]);
    expect(readdirSync(cache)).toEqual(['self-test.json']);
  });

  it('loses nothing of what is found out at the same time', async () => {
    const cache = path.join(folder, 'at once');
    const names = ['one', 'two', 'three', 'four'];
    await Promise.all(names.map((name) => keep(keptFiles(cache), 'self-test', new Map([[name, entry]]))));
    expect([...(await readKept(keptFiles(cache), 'self-test', any)).keys()].toSorted()).toEqual(names.toSorted());
  });

  it('counts for nothing where it is absent, cut off, or cannot be written', async () => {
    expect((await readKept(keptFiles(path.join(folder, 'nowhere')), 'self-test', any)).size).toBe(0);
    writeFileSync(path.join(folder, 'self-test.json'), '{"one":{"time":');
    expect((await readKept(keptFiles(folder), 'self-test', any)).size).toBe(0);
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    await keep(keptFiles(path.join(file, 'below')), 'self-test', new Map([['one', entry]]));
    expect((await readKept(keptFiles(path.join(file, 'below')), 'self-test', any)).size).toBe(0);
  });

  it('lies where the system keeps such things', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/somewhere' }, 'linux')).toBe(path.join('/somewhere', 'retrograde'));
    expect(cacheFolder({}, 'linux')).toBe(path.join(os.homedir(), '.cache', 'retrograde'));
    expect(cacheFolder({ LOCALAPPDATA: 'C:\\local', XDG_CACHE_HOME: '/x' }, 'win32')).toBe(path.join('C:\\local', 'retrograde'));
  });
});
