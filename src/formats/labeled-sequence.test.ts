import { expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { readLabeledSequences, writeLabeledSequences } from './labeled-sequence.ts';

test('rows of pixels and the digit that they draw', () => {
  expect(readLabeledSequences('sequence,label\n0 1;1 0,seven\n1 1;0 0,seven\n', 'a.csv').examples).toEqual([
    {
      kind: 'labeled-sequence',
      sequence: [
        [0, 1],
        [1, 0],
      ],
      label: 'seven',
    },
    {
      kind: 'labeled-sequence',
      sequence: [
        [1, 1],
        [0, 0],
      ],
      label: 'seven',
    },
  ]);
});

test.each([
  ['0 1;1 0,', 'label must not be empty'],
  ['0 1;x 0,a', "sequence must be a number, got 'x'"],
  ['0 1 1,a', 'sequence step 1 must have 2 numbers like the steps before, got 1'],
  ['0 1;1 0,b', "label 'b' must occur at least twice in the file, got it once"],
])('%j is skipped', (row, reason) => {
  const { skipped } = readLabeledSequences(`sequence,label\n0 1;1 0,a\n${row}\n1 1;1 0,a\n`, 'a.csv', { allowSkipped: true });
  expect(skipped).toEqual([{ line: 3, reason }]);
});

test('a missing column is refused', () => {
  expect(() => readLabeledSequences('sequence,value\n1 2,3\n', 'a.csv')).toThrow(
    new InputError("a.csv must have the column 'label', got the columns 'sequence', 'value'"),
  );
});

test('an empty label is not written', () => {
  expect(() => writeLabeledSequences([{ kind: 'labeled-sequence', sequence: [[1]], label: '' }])).toThrow('label must not be empty');
});
