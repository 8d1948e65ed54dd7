/** The visitor's own data and files of runs: read here, trained in the worker. */
import { signal } from '@preact/signals';
import type { Preview } from '../data/preview.ts';
import type { OwnData } from '../worker/create-material.ts';
import { problem } from './run.ts';
import { openCheckpoint, sendOwn } from './session.ts';
import { choose, ownKind, ownName, settings } from './settings.ts';

export const preview = signal<Preview | null>(null);
/** Data that the last session had is part of it. */
export const ownData = signal<OwnData | null>(null);

async function take(read: () => Promise<OwnData>): Promise<void> {
  try {
    await adopt(await read());
    problem.value = null;
  } catch (error) {
    problem.value = { cause: 'input', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Makes it the data of the next run. */
export async function adopt(data: OwnData): Promise<void> {
  const { previewOf } = await import('../data/preview.ts');
  await sendOwn(data);
  ownData.value = data;
  preview.value = previewOf(data);
  ownKind.value = data.kind === 'text' ? 'text' : data.file.kind;
  ownName.value = data.name;
  choose('own');
  // the plan is made anew even where the settings are the same
  settings.value = { ...settings.value };
}

export async function takeFiles(files: readonly File[]): Promise<void> {
  const [checkpoint] = files.filter(({ name }) => /\.safetensors$/i.test(name));
  if (checkpoint) {
    await openCheckpoint(checkpoint);
    return;
  }
  await take(async () => (await import('../data/read-files.ts')).readFiles(files));
}

export const takePasted = (text: string): Promise<void> => take(async () => (await import('../data/read-files.ts')).readPasted(text));
