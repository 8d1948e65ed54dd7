import { expect, test } from 'vitest';
import { compareLosses, compareOutputs, disagreement } from './agreement.mjs';

const comparable = (peer: string) => (({ brainjs: 'none', ort: 'first' }) as const)[peer as 'brainjs' | 'ort'] ?? 'all';
const gaps = (rows: object[]) => compareLosses(rows, comparable).map((row) => row.lossGap);

test('losses are held against ours wherever we stand in the list', () => {
  const rows = [
    { peer: 'a', losses: [4, 3] },
    { peer: 'retrograde', losses: [4, 3.5, 3] },
    { peer: 'ort', losses: [4.25, 9] },
    { peer: 'brainjs', losses: [1] },
    { peer: 'b', error: 'no answer' },
  ];
  expect(gaps(rows)).toEqual([0.5, null, 0.25, null, null]);
});

test('without us the first peer that trains is the reference', () => {
  expect(
    gaps([
      { peer: 'ort', losses: [4, 4] },
      { peer: 'a', losses: [4, 3] },
      { peer: 'b', losses: [4, 3.25] },
    ]),
  ).toEqual([0, null, 0.25]);
});

test('a loss that is not a number never agrees, not even with itself', () => {
  const rows = compareLosses([{ peer: 'retrograde', losses: [4, Number.NaN] }], comparable);
  expect(rows.map(disagreement)).toEqual(['losses must agree within 0.001, got NaN from retrograde at undefined undefined']);
});

test('the tolerance of losses is a thousandth of a nat, that of outputs a tenth of it', () => {
  const isWrong = (row: object) => disagreement({ peer: 'a', size: '1x1x1', cell: 'lstm', ...row }) !== undefined;
  expect([null, 0.001, 0.0011].map((lossGap) => isWrong({ lossGap }))).toEqual([false, false, true]);
  expect([null, 0.0001, 0.00011, Number.NaN].map((outputGap) => isWrong({ outputGap }))).toEqual([false, false, true, true]);
});

test('outputs are held against ours, streams as far as both went, and are no part of a row', () => {
  const row = (peer: string, work: string, ...outputs: number[]) => ({ peer, work, outputs: Float32Array.from(outputs) });
  const gaps = (...rows: object[]) => compareOutputs(rows).map((compared) => [compared.outputGap, 'outputs' in compared]);
  expect(gaps(row('ort', 'stream', 1, 2.5), row('retrograde', 'stream', 1, 2, 3), { peer: 'jaxjs', error: 'no answer' })).toEqual([
    [0.5, false],
    [null, false],
    [undefined, false],
  ]);
  expect(gaps(row('a', 'sequences', 1, 2), row('b', 'sequences', 1))).toEqual([
    [null, false],
    [Number.NaN, false],
  ]);
  expect(gaps(row('a', 'sequences', Number.NaN), row('b', 'sequences', 1))).toEqual([
    [Number.NaN, false],
    [Number.NaN, false],
  ]);
});
