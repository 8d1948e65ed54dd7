import { expect, test } from 'vitest';
import { takeExamples, testExampleTask } from '../testing/example-task.ts';
import { arithmeticTask } from './arithmetic.ts';
import { heldOutExamples } from './split.ts';

testExampleTask(arithmeticTask);

const examples = takeExamples(arithmeticTask, 'train', 1, 5000);

test('the answer is right, in plain decimal numbers', () => {
  for (const { source, target } of examples) {
    const [, left, sign, right] = /^(0|[1-9]\d{0,2})([+-])(0|[1-9]\d{0,2})$/.exec(source) ?? [];
    expect([source, target]).toEqual([source, `${Number(left) + Number(sign + right)}`]);
  }
});

test('sums and differences of one to three digits, about as many of each, differences below zero among them', () => {
  const share = (pattern: RegExp) => examples.filter(({ source }) => pattern.test(source)).length / examples.length;
  expect(share(/\+/)).toBeCloseTo(0.5, 1);
  for (const digits of [1, 2, 3]) expect(share(new RegExp(`^\\d{${digits}}[+-]`))).toBeCloseTo(1 / 3, 1);
  expect(examples.filter(({ target }) => target.startsWith('-')).length / examples.length).toBeCloseTo(0.25, 1);
  const lengths = examples.flatMap(({ source, target }) => [source.length, target.length + 1]);
  expect(Math.max(...lengths)).toBe(arithmeticTask.train.timeSteps);
});

test('memory of 4,000 answers does not answer a new question', () => {
  const measured = arithmeticTask.baselines(examples.slice(0, 4000), heldOutExamples(arithmeticTask, 1000, 1));
  expect(measured['nearest training example']).toBeLessThan(0.2);
});
