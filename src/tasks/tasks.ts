import { InputError } from '../spec/input-error.ts';
import { nearestWord } from '../spec/validation.ts';
import { addingTask } from './adding.ts';
import { arithmeticTask } from './arithmetic.ts';
import { captionsTask, captionsTwoTask } from './captions.ts';
import { chatTask } from './chat.ts';
import { copyTask } from './copy.ts';
import { datesTask } from './dates.ts';
import { denoiseTask } from './denoise/denoise.ts';
import { digitsTask } from './digits.ts';
import { dyckTask } from './dyck.ts';
import { frenchTask } from './french.ts';
import { melodyTask } from './melody/melody.ts';
import { parityTask } from './parity.ts';
import { pricesTask } from './prices/prices.ts';
import { reverseTask } from './reverse.ts';
import { sentimentTask } from './sentiment.ts';
import { sineTask } from './sine.ts';
import { sortTask } from './sort.ts';
import { taggingTask } from './tagging.ts';
import type { Task } from './task.ts';
import { temporalOrderTask } from './temporal-order.ts';
import { textTask } from './text.ts';

/** All built-in tasks, in the order in which they are listed: what is written or foretold first, then what is told apart, then what shows a memory. */
export const tasks: readonly Task[] = Object.freeze([
  textTask,
  melodyTask,
  pricesTask,
  captionsTask,
  captionsTwoTask,
  sentimentTask,
  taggingTask,
  denoiseTask,
  datesTask,
  frenchTask,
  chatTask,
  arithmeticTask,
  digitsTask,
  sineTask,
  addingTask,
  temporalOrderTask,
  parityTask,
  dyckTask,
  copyTask,
  reverseTask,
  sortTask,
]);

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
