import { InputError } from '../spec/input-error.ts';
import { nearestWord } from '../spec/validation.ts';
import type { Task } from './task.ts';
import { textTask } from './text.ts';

/** All built-in tasks, in the order in which they are listed. */
export const tasks: readonly Task[] = Object.freeze([textTask]);

/**
 * The task of that name.
 *
 * @throws InputError that names the nearest task.
 */
export function findTask(name: string): Task {
  const task = tasks.find((candidate) => candidate.name === name);
  if (task) return task;
  const names = tasks.map((candidate) => candidate.name);
  throw new InputError(
    `task must be one of ${names.map((known) => `'${known}'`).join(', ')}, got '${name}', did you mean '${nearestWord(name, names)}'?`,
  );
}
