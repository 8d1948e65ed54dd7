/** The text that a command works on: a built-in task or a .txt file. */
import { createHash } from 'node:crypto';
import { InputError } from '../index.ts';
import type { TextTask } from '../tasks/task.ts';

export interface TextSource {
  readonly kind: 'text';
  /** As the user wrote it. */
  readonly name: string;
  readonly text: string;
  /** The model and the training that suit it; a file takes those of the task `text`. */
  readonly task: TextTask;
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
