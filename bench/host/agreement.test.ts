import { expect, test } from 'vitest';
import { agrees, compareLosses } from './agreement.mjs';

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
  expect(rows.map(agrees)).toEqual([false]);
});

test('the tolerance is a thousandth of a nat', () => {
  expect([agrees({ lossGap: null }), agrees({ lossGap: 0.001 }), agrees({ lossGap: 0.0011 })]).toEqual([true, true, false]);
});
