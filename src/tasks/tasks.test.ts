import { expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { findTask, tasks } from './tasks.ts';

test('each task is found under its name', () => {
  for (const task of tasks) expect(findTask(task.name)).toBe(task);
  expect(new Set(tasks.map(({ name }) => name)).size).toBe(tasks.length);
});

test('every kind of example has a task', () => {
  expect(new Set(tasks.map(({ kind }) => kind)).size).toBe(9);
});

test('an unknown name is refused', () => {
  expect(() => findTask('txt')).toThrow(InputError);
  expect(() => findTask('txt')).toThrow(/^task must be one of 'text', 'melody', .*, got 'txt', did you mean 'text'\?$/);
});
