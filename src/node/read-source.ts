/** What a command works on: a built-in task, or a file or folder of the user's. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ExampleKind } from '../data/examples.ts';
import { describeSkipped } from '../formats/reading.ts';
import { type Coder, InputError, type SeriesCoder } from '../index.ts';
import { type ExampleSource, sourceOfFile, sourceOfTask } from '../sources/example-source.ts';
import { findTask, tasks } from '../tasks/tasks.ts';
import { textTask } from '../tasks/text.ts';
import type { OptionTable, OptionValues } from './options.ts';
import { readExamples } from './read-data.ts';
import type { TextSource } from './text-source.ts';

const kinds = [
  'labeled-text',
  'labeled-sequence',
  'valued-sequence',
  'tagged-sentence',
  'signal-pair',
  'text-pair',
  'captioned-image',
  'series',
] as const satisfies readonly ExampleKind[];

/** How a file of examples is read; a task needs none of it. */
export const fileTable = {
  kind: { kind: 'word', words: kinds, help: 'what a file holds, where its columns do not tell' },
  column: { kind: 'text', placeholder: 'NAME', help: 'of a .csv: the column of numbers that is to be foretold' },
  'text-column': { kind: 'text', placeholder: 'NAME', help: 'of a .csv of texts and labels: the column of the texts; default text' },
  'label-column': { kind: 'text', placeholder: 'NAME', help: 'of a .csv with labels: their column; default label' },
  'allow-skipped': { kind: 'flag', help: 'goes on however many rows cannot be read; without it 1 % may be left out' },
  'sample-rate': { kind: 'integer', least: 1, help: 'of a .wav: samples per second that it is brought to; default its own' },
  context: { kind: 'integer', least: 1, help: 'of a series: values that are seen before the forecast; default 60' },
  horizon: { kind: 'integer', least: 1, help: 'of a series: values that are foretold; default 10' },
} as const satisfies OptionTable;

export type FileValues = OptionValues<typeof fileTable> & { readonly validation?: number };

/**
 * Reads a task, a file or a folder.
 *
 * @param coder of the model that is to read it: a series is cut as it was in training
 * @throws InputError for a name that is none of them, and for whatever is wrong with a file.
 */
export async function readSource(name: string, values: FileValues = {}, coder?: Coder): Promise<TextSource | ExampleSource> {
  const task = tasks.find((candidate) => candidate.name === name);
  if (task) {
    refuseFileOptions(name, values);
    return task.kind === 'text' ? { kind: 'text', name, text: task.text(), task } : sourceOfTask(task);
  }
  const isWord = path.extname(name) === '' && path.basename(name) === name && !existsSync(name);
  if (isWord) findTask(name); // throws and names the nearest
  const { 'text-column': text, 'label-column': label, column, kind, 'allow-skipped': allowSkipped, 'sample-rate': sampleRate } = values;
  const columns = { ...(text !== undefined && { text }), ...(label !== undefined && { label }) };
  const file = await readExamples(name, {
    ...(kind && { kind }),
    ...(column !== undefined && { column }),
    ...(Object.keys(columns).length > 0 && { columns }),
    ...(sampleRate !== undefined && { sampleRate }),
    allowSkipped,
  }).catch((error: unknown) => {
    // the library's option by its name here
    throw error instanceof InputError ? new InputError(error.message.replace('(or allowSkipped)', '(or --allow-skipped)')) : error;
  });
  if (file.kind === 'text') return { kind: 'text', name, text: file.text, task: textTask };
  const skipped = describeSkipped(file);
  return sourceOfFile(name, file, { ...windowOf(coder), ...values }, skipped === undefined ? [] : [`${name}: ${skipped}`]);
}

function refuseFileOptions(name: string, values: FileValues): void {
  const given = (Object.keys(fileTable) as (keyof typeof fileTable)[]).find((key) => values[key] !== undefined);
  if (given) throw new InputError(`--${given} must be left out for the task '${name}', got ${String(values[given])}`);
}

function windowOf(coder: Coder | undefined): { readonly context?: number; readonly horizon?: number } {
  if (coder?.kind !== 'series') return {};
  const { horizon, timeSteps } = coder as unknown as SeriesCoder;
  return { horizon, context: timeSteps + 1 - horizon };
}
