/** The text that a command works on: a built-in task or a .txt file. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { InputError, readText } from '../index.ts';
import type { TextTask } from '../tasks/task.ts';
import { findTask, tasks } from '../tasks/tasks.ts';
import { textTask } from '../tasks/text.ts';
import { readBytes } from './files.ts';

export interface TextSource {
  /** As the user wrote it. */
  readonly name: string;
  readonly text: string;
  /** The model and the training that suit it; a file takes those of the task `text`. */
  readonly task: TextTask;
}

/**
 * Reads the text of a task or of a file.
 *
 * @throws InputError for a name that is neither, a file that cannot be read, or one that is not text.
 */
export async function readSource(name: string): Promise<TextSource> {
  const task = tasks.find((candidate) => candidate.name === name);
  if (task) return { name, text: task.text(), task };
  const extension = path.extname(name).toLowerCase();
  const isWord = extension === '' && path.basename(name) === name && !existsSync(name);
  if (isWord) findTask(name); // throws and names the nearest
  const bytes = await readBytes(name, 'a task or a .txt file');
  if (extension !== '.txt') throw new InputError(`${name} must be a .txt file, other kinds are not built yet`);
  return { name, text: readText(bytes, name), task: textTask };
}

/** Names a text in a checkpoint, so that a resumed run can tell whether it got the same one. */
export const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Runs an action on a text; a problem that it finds with `text` is told about `name`. */
export function naming<Result>(name: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw error instanceof InputError ? new InputError(error.message.replace(/^text\b/, name)) : error;
  }
}
