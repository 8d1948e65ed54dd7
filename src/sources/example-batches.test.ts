import { expect, test } from 'vitest';
import { type Batch, createCoder, type Example } from '../index.ts';
import { createExampleBatches } from './example-batches.ts';

const example = (value: number): Example => ({ kind: 'valued-sequence', sequence: [[value / 100]], value: value / 100 });
const coder = createCoder('valued-sequence', [1, 50, 99].map(example) as never);

let begun = 0;
function* counting(): Generator<Example> {
  begun++;
  for (let value = 0; ; value++) yield example(value);
}

const first = (batches: Iterable<Batch>, count: number): number[] => {
  const values: number[] = [];
  for (const { target } of batches) {
    values.push(...[...target].map((value) => Math.round(value * 100)));
    if (values.length >= 2 * count) break;
  }
  return values;
};

test('what a step reads follows from its number, whether the run came there or was resumed', () => {
  begun = 0;
  const batches = createExampleBatches(coder as never, counting, 2);
  expect(first(batches(0), 2)).toEqual([0, 1, 2, 3]);
  expect(first(batches(2), 1)).toEqual([4, 5]);
  expect(begun).toBe(1);
  expect(first(batches(1), 2)).toEqual([2, 3, 4, 5]);
  expect(begun).toBe(2);
  expect(first(createExampleBatches(coder as never, counting, 2)(3), 1)).toEqual([6, 7]);
});
