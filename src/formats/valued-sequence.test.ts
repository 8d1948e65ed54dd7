import { expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { readValuedSequences, writeValuedSequences } from './valued-sequence.ts';

const sequences = (...rows: string[]) =>
  readValuedSequences(`sequence,value\n${rows.map((row) => `${row},1\n`).join('')}`, 'a.csv', { allowSkipped: true });

test.each([
  ['1 2 3', [[1], [2], [3]]],
  ['1;2;3', [[1], [2], [3]]],
  [' 1  2 ', [[1], [2]]],
  [
    '1 2;3 4',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    '1 2; 3 4;',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['1 2;', [[1, 2]]],
  ['7', [[7]]],
])('%j', (text, sequence) => {
  expect(sequences(text).examples[0].sequence).toEqual(sequence);
});

test.each([
  ['1 x 3', "sequence must be a number, got 'x'"],
  ['1 2;3', 'sequence step 2 must have 2 numbers like its first step, got 1'],
  ['1;;2', 'sequence step must not be empty'],
  ['', 'sequence must not be empty'],
])('%j is skipped', (text, reason) => {
  expect(sequences('', text, '5 6;7 8').skipped[1]).toEqual({ line: 3, reason });
});

test('the size of a step is the same in the whole file', () => {
  expect(sequences('1 2;3 4', '5 6 7').skipped).toEqual([
    { line: 3, reason: 'sequence step 1 must have 2 numbers like the steps before, got 1' },
  ]);
});

test('a value that is text is refused in a short file', () => {
  expect(() => readValuedSequences('sequence,value\n1 2,many\n', 'a.csv')).toThrow(
    new InputError(
      "a.csv must have at most 1 % of rows that cannot be read (or allowSkipped), got 1 of 1 (line 2: value must be a number, got 'many')",
    ),
  );
});

test('what cannot be read is not written', () => {
  const write = (sequence: number[][]) => writeValuedSequences([{ kind: 'valued-sequence', sequence, value: 0 }]);
  expect(() => write([])).toThrow('sequence must have at least one step of at least one number, got an empty one');
  expect(() => write([[]])).toThrow(InputError);
  expect(() => write([[Number.NaN]])).toThrow('sequence must be a finite number, got NaN');
});
