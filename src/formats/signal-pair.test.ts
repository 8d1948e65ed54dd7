import { expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { readSignalPairs, writeSignalPairs } from './signal-pair.ts';

test('signals end at empty lines or the end', () => {
  const { examples } = readSignalPairs('t,target,input\n0,1,2\n1,3,4\n\n0,5,6', 'a.csv');
  expect(examples).toEqual([
    { kind: 'signal-pair', input: [2, 4], target: [1, 3] },
    { kind: 'signal-pair', input: [6], target: [5] },
  ]);
});

test('text in a number column skips its signal', () => {
  const { examples, skipped } = readSignalPairs('input,target\n1,2\n\n3,x\n5,6\n\n7,8\n', 'a.csv', { allowSkipped: true });
  expect(examples.map(({ input }) => input)).toEqual([[1], [7]]);
  expect(skipped).toEqual([{ line: 4, reason: "target must be a number, got 'x'" }]);
});

test('a missing column is refused', () => {
  expect(() => readSignalPairs('noisy,clean\n1,2\n', 'a.csv')).toThrow(
    new InputError("a.csv must have the columns 'input', 'target', got the columns 'noisy', 'clean'"),
  );
});

test('what cannot be read is not written', () => {
  const write = (input: number[], target: number[]) => writeSignalPairs([{ kind: 'signal-pair', input, target }]);
  expect(() => write([], [])).toThrow('got 0 inputs and 0 targets');
  expect(() => write([1], [1, 2])).toThrow('got 1 inputs and 2 targets');
  expect(() => write([1], [Number.NaN])).toThrow('target must be a finite number, got NaN');
});
