import { expect, test } from 'vitest';
import { gatherBatch } from './gather-batch.ts';
import { controlStarts, ignoredTarget } from './options.ts';
import { segmentSum } from './segment-sum.ts';

/** Control whose block begins at element `first`, with these lanes. */
const laned = (first: number, ...lanes: readonly number[]): Uint32Array =>
  Uint32Array.of(...new Array<number>(first).fill(5), ...new Array<number>(controlStarts).fill(0), ...lanes);

/** Two rows of three steps from data 0 1 2 0 1 3; the second starts at 3 and ends at 5, one position early. */
function gathered(embedding: number) {
  const buffers = {
    control: laned(0, 0, 3, 1, 4, 4, 5),
    data: Uint32Array.of(0, 1, 2, 0, 1, 3),
    tokens: new Uint32Array(6),
    targets: new Uint32Array(6),
    order: new Uint32Array(6),
    segments: new Uint32Array(5),
    parameters: Float64Array.from({ length: 20 }, (_, i) => i),
    embedded: new Float64Array(12),
  };
  gatherBatch({ batch: 2, timeSteps: 3, vocabulary: 4, embedding, targets: true, sort: true }, { embedding: 5 }, buffers);
  return buffers;
}

test('tokens are time-major, and positions past a row end repeat its last token and have no target', () => {
  const { tokens, targets } = gathered(0);
  expect([...tokens]).toEqual([0, 0, 1, 1, 2, 1]);
  expect([...targets]).toEqual([1, 1, 2, 3, 0, ignoredTarget]);
});

test('control may begin further on, and an id outside the vocabulary reads as the last', () => {
  const buffers = {
    control: laned(4, 1, 2, 3),
    data: Uint32Array.of(0, 8, 1),
    tokens: new Uint32Array(2),
  };
  const options = { batch: 1, timeSteps: 2, vocabulary: 3, embedding: 0, targets: false, sort: false };
  gatherBatch(options, { control: 4 }, buffers);
  expect([...buffers.tokens]).toEqual([2, 1]);
});

test('positions are sorted by token, inside a token by row and then by time', () => {
  const { order, segments } = gathered(0);
  expect([...order]).toEqual([0, 1, 2, 3, 5, 4]);
  expect([...segments]).toEqual([0, 2, 5, 6, 6]);
});

test('a later row comes after an earlier row, even at an earlier time', () => {
  const buffers = {
    control: Uint32Array.of(...new Array<number>(controlStarts).fill(0), 0, 1, 0, 0, 9, 9),
    data: Uint32Array.of(1, 0, 0),
    tokens: new Uint32Array(4),
    order: new Uint32Array(4),
    segments: new Uint32Array(3),
  };
  gatherBatch({ batch: 2, timeSteps: 2, vocabulary: 2, embedding: 0, targets: false, sort: true }, {}, buffers);
  expect([...buffers.tokens]).toEqual([1, 0, 0, 0]);
  expect([...buffers.order]).toEqual([2, 1, 3, 0]);
});

test('embedded rows are copied from embedding.weight', () => {
  const { embedded } = gathered(2);
  expect([...embedded]).toEqual([5, 6, 5, 6, 7, 8, 7, 8, 9, 10, 7, 8]);
});

test('segment-sum adds the rows of each token; a token that does not occur gets 0', () => {
  const { order, segments } = gathered(0);
  const source = Float64Array.of(NaN, 1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60);
  const gradients = new Float64Array(9).fill(7);
  segmentSum(
    { classes: 4, columns: 2, stride: 2, transposed: false, outStride: 2 },
    { source: 1, out: 1 },
    { order, segments, source, gradients },
  );
  expect([...gradients]).toEqual([7, 3, 30, 13, 130, 5, 50, 0, 0]);
  segmentSum(
    { classes: 4, columns: 2, stride: 2, transposed: true, outStride: 4 },
    { source: 1, out: 1 },
    { order, segments, source, gradients },
  );
  expect([...gradients]).toEqual([7, 3, 13, 5, 0, 30, 130, 50, 0]);
});
