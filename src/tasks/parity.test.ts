import { expect, test } from 'vitest';
import { labelShares, takeExamples, testExampleTask } from '../testing/example-task.ts';
import { parityTask } from './parity.ts';
import { heldOutExamples } from './split.ts';

testExampleTask(parityTask);

test('the label follows from the bits', () => {
  for (const { text, label } of takeExamples(parityTask, 'train', 1, 2000)) {
    expect(text).toMatch(/^[01]{2,20}$/);
    expect(label).toBe(text.replaceAll('0', '').length % 2 === 0 ? 'even' : 'odd');
  }
});

test('both labels are as frequent, at every length alike', () => {
  expect(labelShares(takeExamples(parityTask, 'train', 1, 10_000)).even).toBeCloseTo(0.5, 1);
  const examples = takeExamples(parityTask, 'train', 2, 10_000);
  expect(new Set(examples.map(({ text }) => text.length)).size).toBe(19);
  expect(labelShares(examples.filter(({ text }) => text.length === parityTask.train.timeSteps)).even).toBeCloseTo(0.5, 1);
});

test('counting one and two neighbouring bits says little', () => {
  const measured = parityTask.baselines(takeExamples(parityTask, 'train', 1, 4000), heldOutExamples(parityTask, 1000, 1));
  expect(Object.keys(measured)).toEqual(['most frequent label', 'logistic regression']);
  for (const accuracy of Object.values(measured)) {
    expect(accuracy).toBeGreaterThan(0.44);
    expect(accuracy).toBeLessThan(0.56);
  }
});
