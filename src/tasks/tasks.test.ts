import { expect, test } from 'vitest';
import { createCoder } from '../data/coders/create-coder.ts';
import type { TextPair } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';
import { findTask, tasks } from './tasks.ts';

test('each task is found under its name', () => {
  for (const task of tasks) expect(findTask(task.name)).toBe(task);
  expect(new Set(tasks.map(({ name }) => name)).size).toBe(tasks.length);
});

test('every kind of example has a task', () => {
  expect(new Set(tasks.map(({ kind }) => kind)).size).toBe(9);
});

// a run draws examples for ever: one that is longer than the plan would end it
test.each(tasks.filter((task) => task.kind === 'text-pair'))('no pair of $name is longer than its time steps', ({ examples, train }) => {
  const pairs = Array.from(
    { length: 40_000 },
    (
      (drawn) => () =>
        drawn.next().value as TextPair
    )(examples('train', 2)[Symbol.iterator]()),
  );
  const { timeSteps, sourceSteps } = createCoder('text-pair', pairs);
  expect(sourceSteps).toBeLessThanOrEqual(train.sourceSteps ?? 0);
  expect(timeSteps).toBeLessThanOrEqual(train.timeSteps ?? 0);
});

test('an unknown name is refused', () => {
  expect(() => findTask('txt')).toThrow(InputError);
  expect(() => findTask('txt')).toThrow(/^task must be one of 'text', 'melody', .*, got 'txt', did you mean 'text'\?$/);
});
