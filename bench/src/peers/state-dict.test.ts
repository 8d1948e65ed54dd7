import { expect, test } from 'vitest';
import { makeWeights } from '../data.ts';
import type { Workload } from '../workload.ts';
import { toStateDict, transpose } from './state-dict.ts';

const workload: Workload = { work: 'train', task: 'A', cell: 'lstm', B: 1, T: 1, I: 3, E: 0, L: 1, H: 2, O: 5 };

test('a matrix is transposed', () => {
  expect([...transpose(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
});

test('the state dict holds every weight under its PyTorch name, outputs first', () => {
  const [I, H, O] = [3, 2, 5];
  const weights = makeWeights({ ...workload, I, H, O });
  const state = toStateDict(weights);
  expect([...state.keys()]).toEqual(['rnn.weight_ih_l0', 'rnn.weight_hh_l0', 'rnn.bias_ih_l0', 'head.weight', 'head.bias']);
  // row 2H + 1 of weight_ih is unit 1 of gate g; its column 2 is symbol 2
  expect(state.get('rnn.weight_ih_l0')?.[(2 * H + 1) * I + 2]).toBe(weights[0].data[2 * 4 * H + 2 * H + 1]);
  expect(state.get('head.weight')?.[4 * H + 1]).toBe(weights[3].data[1 * O + 4]);
  expect([...(state.get('rnn.bias_ih_l0') ?? [])]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
});

test('an embedding stays as it is, and the second layer reads the first', () => {
  const weights = makeWeights({ ...workload, cell: 'gru', E: 4, L: 2 });
  const state = toStateDict(weights);
  const layer = (n: number) => ['weight_ih', 'weight_hh', 'bias_ih'].map((name) => `rnn.${name}_l${n}`);
  expect([...state.keys()]).toEqual(['embedding.weight', ...layer(0), ...layer(1), 'head.weight', 'head.bias']);
  expect(state.get('embedding.weight')).toEqual(weights[0].data);
  expect([state.get('rnn.weight_ih_l0')?.length, state.get('rnn.weight_ih_l1')?.length]).toEqual([3 * 2 * 4, 3 * 2 * 2]);
});
