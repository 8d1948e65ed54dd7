import { describe, expect, test } from 'vitest';
import { takeExamples, testExampleTask } from '../testing/example-task.ts';
import { copyTask } from './copy.ts';
import { reverseTask } from './reverse.ts';
import { sortTask } from './sort.ts';
import { heldOutExamples } from './split.ts';

/** Index by index, away from how the tasks do it. */
const rules = [
  { task: copyTask, symbol: /^[a-j]$/, fewest: 4, right: (source: string, target: string) => target === source },
  {
    task: reverseTask,
    symbol: /^[a-j]$/,
    fewest: 4,
    right: (source: string, target: string) => [...source].every((symbol, index) => target.at(-1 - index) === symbol),
  },
  {
    task: sortTask,
    symbol: /^[0-9]$/,
    fewest: 4,
    right: (source: string, target: string) =>
      [...target].every((digit, index) => index === 0 || Number(target[index - 1]) <= Number(digit)) &&
      [...'0123456789'].every((digit) => source.split(digit).length === target.split(digit).length),
  },
];

describe.each(rules)('$task.name', ({ task, symbol, fewest, right }) => {
  testExampleTask(task);

  test('the answer is the right order of the same symbols', () => {
    const examples = takeExamples(task, 'train', 1, 2000);
    for (const { source, target } of examples) {
      expect(target).toHaveLength(source.length);
      expect([source, target, right(source, target)]).toEqual([source, target, true]);
      expect([...source].every((character) => symbol.test(character))).toBe(true);
    }
    const lengths = new Set(examples.map(({ source }) => source.length));
    expect(Math.min(...lengths)).toBe(fewest);
    expect(Math.max(...lengths) + 1).toBe(task.train.timeSteps);
    expect(lengths.size).toBe(task.train.timeSteps - fewest);
  });

  test('memory of 4,000 answers does not answer a new question', () => {
    const measured = task.baselines(takeExamples(task, 'train', 1, 4000), heldOutExamples(task, 1000, 1));
    expect(measured['nearest training example']).toBeLessThan(0.2);
  });
});
