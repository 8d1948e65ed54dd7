import { expect, test } from 'vitest';
import { labelShares, takeExamples, testExampleTask } from '../testing/example-task.ts';
import { dyckTask } from './dyck.ts';
import { heldOutExamples } from './split.ts';

testExampleTask(dyckTask);

/** Strikes out neighbouring pairs until none is left. */
function strikeOut(text: string): string {
  const shorter = text.replaceAll(/\(\)|\[\]|\{\}/g, '');
  return shorter === text ? text : strikeOut(shorter);
}

test('the label follows from the brackets', () => {
  const examples = takeExamples(dyckTask, 'train', 1, 5000);
  for (const { text, label } of examples) expect([text, label]).toEqual([text, strikeOut(text) === '' ? 'balanced' : 'unbalanced']);
  expect(examples.every(({ text }) => text.length % 2 === 0)).toBe(true);
  expect(Math.max(...examples.map(({ text }) => text.length))).toBe(dyckTask.train.timeSteps);
});

test('what is spoiled is spoiled in every way', () => {
  const spoiled = takeExamples(dyckTask, 'train', 2, 2000).filter(({ label }) => label === 'unbalanced');
  const opened = (text: string) => text.replaceAll(/[^([{]/g, '').length;
  const turned = spoiled.filter(({ text }) => opened(text) !== text.length / 2).length;
  expect(turned).toBeGreaterThan(spoiled.length / 4);
  expect(turned).toBeLessThan(spoiled.length / 2);
  const crossed = spoiled.filter(({ text }) => opened(text) === text.length / 2 && opened(strikeOut(text)) > 0).length;
  expect(crossed).toBeGreaterThan(spoiled.length / 2);
});

test('both labels are as frequent at each length', () => {
  const examples = takeExamples(dyckTask, 'train', 3, 20_000);
  expect(Math.abs(labelShares(examples).balanced - 0.5)).toBeLessThan(0.02);
  for (const length of [8, 16, 24]) {
    expect(Math.abs(labelShares(examples.filter(({ text }) => text.length === length)).balanced - 0.5)).toBeLessThan(0.06);
  }
});

test('counting one and two neighbouring brackets leaves much to learn', () => {
  const measured = dyckTask.baselines(takeExamples(dyckTask, 'train', 1, 4000), heldOutExamples(dyckTask, 1000, 1));
  expect(measured['logistic regression']).toBeGreaterThan(0.6);
  expect(measured['logistic regression']).toBeLessThan(0.8);
});
