/** What was found out about the devices of this machine, in the user's cache folder: a file for each topic. */
import { mkdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { KeptEntries, KeptStore, KeptTopic } from '../index.ts';
import { writeWhole } from './files.ts';

/** Where programs of this system keep what can be made again. */
export function cacheFolder(env: Record<string, string | undefined> = process.env, platform: string = process.platform): string {
  const own = platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  return path.join(own || path.join(os.homedir(), '.cache'), 'retrograde');
}

/** The changes of this process take their turn; of two processes that change a file at once, the later is kept. */
let changes: Promise<unknown> = Promise.resolve();

/** A store that may throw: whoever reads and writes takes that for an empty one. */
export function keptFiles(folder: string = cacheFolder()): KeptStore {
  const fileOf = (topic: KeptTopic): string => path.join(folder, `${topic}.json`);
  return {
    software: `node ${process.version} ${process.platform} ${process.arch}`,
    read: (topic) => entriesIn(fileOf(topic)),
    update(topic, change) {
      const changed = changes.then(async () => {
        const entries = await entriesIn(fileOf(topic)).catch(() => ({}));
        await mkdir(folder, { recursive: true });
        await writeWhole(fileOf(topic), JSON.stringify(change(entries)));
      });
      changes = changed.catch(() => undefined);
      return changed;
    },
  };
}

const entriesIn = async (file: string): Promise<KeptEntries> => JSON.parse(await readFile(file, 'utf8')) as KeptEntries;
