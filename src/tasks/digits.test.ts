import { expect, test } from 'vitest';
import { labelShares, takeExamples, testExampleTask } from '../testing/example-task.ts';
import { digitsTask } from './digits.ts';
import { heldOutExamples } from './split.ts';

testExampleTask(digitsTask);

test('all ten digits are drawn equally often', () => {
  const shares = labelShares(takeExamples(digitsTask, 'train', 1, 5000));
  expect(Object.keys(shares).sort()).toEqual([...'0123456789']);
  for (const share of Object.values(shares)) expect(Math.abs(share - 0.1)).toBeLessThan(0.02);
});

test('twelve time steps of twelve pixels', () => {
  for (const { sequence } of takeExamples(digitsTask, 'heldout', 1, 100)) {
    expect(sequence).toHaveLength(digitsTask.train.timeSteps);
    for (const row of sequence) expect(row).toHaveLength(12);
  }
});

test('a picture that was seen tells much but not all', () => {
  const heldOut = heldOutExamples(digitsTask, 500, 1);
  const remembered = digitsTask.baselines(takeExamples(digitsTask, 'train', 1, 4000), heldOut)['nearest training picture'];
  expect(remembered).toBeGreaterThan(0.8);
  expect(remembered).toBeLessThan(0.95);
});
