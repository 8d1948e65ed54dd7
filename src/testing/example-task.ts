import { expect, test } from 'vitest';
import type { Example, ExampleKind, ExampleOf } from '../data/examples.ts';
import { trainSpec } from '../spec/train.ts';
import { heldOutExamples, splitOf } from '../tasks/split.ts';
import type { ExampleTask, Split } from '../tasks/task.ts';

/** The first examples of one side of a task. */
export function takeExamples<Kind extends ExampleKind>(
  task: ExampleTask<Kind>,
  split: Split,
  seed: number,
  count: number,
): ExampleOf<Kind>[] {
  const taken: ExampleOf<Kind>[] = [];
  for (const example of task.examples(split, seed)) {
    taken.push(example);
    if (taken.length === count) break;
  }
  return taken;
}

/** What must be true of every task of examples: call it once in the task's own test. */
export function testExampleTask<Kind extends ExampleKind>(task: ExampleTask<Kind>): void {
  const identities = (split: Split, seed: number, count: number): string[] =>
    takeExamples(task, split, seed, count).map((example) => task.identity(example));

  test(`${task.name}: no question occurs on both sides of the split`, () => {
    const train = new Set([1, 2].flatMap((seed) => identities('train', seed, 5000)));
    const heldOut = new Set([1, 2].flatMap((seed) => identities('heldout', seed, 5000)));
    expect([...heldOut].filter((identity) => train.has(identity))).toEqual([]);
    expect([...train].every((identity) => splitOf(identity) === 'train')).toBe(true);
  });

  test(`${task.name}: the examination has at least 1,000 different questions, the same for the same seed`, () => {
    const examination = heldOutExamples(task, 1000, 1);
    expect(new Set(examination.map((example) => task.identity(example))).size).toBe(1000);
    expect(examination.every((example: Example) => example.kind === task.kind)).toBe(true);
    expect(heldOutExamples(task, 1000, 1)).toEqual(examination);
    expect(heldOutExamples(task, 1000, 2)).not.toEqual(examination);
  });

  test(`${task.name}: the seed gives the examples of training and nothing else does`, () => {
    expect(takeExamples(task, 'train', 3, 100)).toEqual(takeExamples(task, 'train', 3, 100));
    expect(takeExamples(task, 'train', 3, 100)).not.toEqual(takeExamples(task, 'train', 4, 100));
  });

  test(`${task.name}: its training is complete and its data frozen`, () => {
    expect(() => trainSpec(task.train)).not.toThrow();
    expect(task.steps).toBeGreaterThan(0);
    expect([task, task.model, task.model.recurrent, task.train, task.train.optimizer, task.metric].every(Object.isFrozen)).toBe(true);
  });
}

/** The share of each label among examples. */
export function labelShares(examples: readonly { readonly label: string }[]): Record<string, number> {
  const shares: Record<string, number> = {};
  for (const { label } of examples) shares[label] = (shares[label] ?? 0) + 1 / examples.length;
  return shares;
}
