/** Which kernels were right on this machine, in a file of the user's cache folder. */
import { mkdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { KeptVerdicts, VerdictStore } from '../check/verdict-store.ts';
import { writeWhole } from './files.ts';

/** Where programs of this system keep what can be made again. */
export function cacheFolder(env: Record<string, string | undefined> = process.env, platform: string = process.platform): string {
  const own = platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  return path.join(own || path.join(os.homedir(), '.cache'), 'retrograde');
}

/** A store that may throw: whoever reads and writes takes that for an empty one. */
export function verdictFile(folder: string = cacheFolder()): VerdictStore {
  const file = path.join(folder, 'self-test.json');
  return {
    software: `node ${process.version} ${process.platform} ${process.arch}`,
    read: async () => JSON.parse(await readFile(file, 'utf8')) as KeptVerdicts,
    async write(verdicts) {
      await mkdir(folder, { recursive: true });
      await writeWhole(file, JSON.stringify(verdicts));
    },
  };
}
