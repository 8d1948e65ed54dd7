import { expect, test } from 'vitest';
import { majorityLabel, mostFrequent } from './majority.ts';

const labeled = (labels: string) => [...labels].map((label) => ({ label }));

test.each([
  ['abb', 'abbb', 0.75],
  ['abb', 'aaa', 0],
  ['ab', 'aaab', 0.75],
  ['', 'a', 0],
  ['a', '', 0],
])('after %j, of %j it gets %d', (train, heldOut, share) => {
  expect(majorityLabel(labeled(train), labeled(heldOut))).toBe(share);
});

test('of equally frequent ones the first', () => {
  expect(mostFrequent(['y', 'x', 'x', 'y'])).toBe('y');
});
