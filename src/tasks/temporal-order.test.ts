import { expect, test } from 'vitest';
import { labelShares, takeExamples, testExampleTask } from '../testing/example-task.ts';
import { heldOutExamples } from './split.ts';
import { temporalOrderTask } from './temporal-order.ts';

testExampleTask(temporalOrderTask);

test('the label is what the two marks say, in their places between E and B', () => {
  const examples = takeExamples(temporalOrderTask, 'train', 1, 2000);
  for (const { text, label } of examples) {
    expect(text).toMatch(/^E[abcdXY]{38,48}B$/);
    expect(text.replaceAll(/[^XY]/g, '')).toBe(label);
    expect(text.search(/[XY]/)).toBeLessThan(15);
    expect(text.length - text.search(/[XY][^XY]*$/)).toBeGreaterThan(10);
  }
  expect(Math.max(...examples.map(({ text }) => text.length))).toBe(temporalOrderTask.train.timeSteps);
});

test('the four labels are equally frequent', () => {
  const shares = labelShares(takeExamples(temporalOrderTask, 'train', 1, 10_000));
  expect(Object.keys(shares).sort()).toEqual(['XX', 'XY', 'YX', 'YY']);
  for (const share of Object.values(shares)) expect(Math.abs(share - 0.25)).toBeLessThan(0.02);
});

test('counts tell which marks there were, not which came first: about three in four', () => {
  const train = takeExamples(temporalOrderTask, 'train', 1, 4000);
  const measured = temporalOrderTask.baselines(train, heldOutExamples(temporalOrderTask, 1000, 1));
  expect(measured['logistic regression']).toBeGreaterThan(0.68);
  expect(measured['logistic regression']).toBeLessThan(0.82);
  expect(measured['most frequent label']).toBeLessThan(0.3);
});
