import { expect, it } from 'vitest';
import { describeChoice, largestWithin } from './faster-kernel.ts';
import { fastest } from './time-plans.ts';

it.each([
  ['the faster one', { sequence: 10, step: 9 }, 'sequence', 'step'],
  ['the one by shape, where the other is hardly faster', { sequence: 10, step: 9.8 }, 'sequence', 'sequence'],
  ['the one by shape', { sequence: 10, step: 9.8 }, 'step', 'step'],
  ['another than a mixture', { auto: 10, sequence: 8, step: 9 }, 'auto', 'sequence'],
] as const)('the choice between two times is %s', (_, times, byShape, kernel) => {
  expect(fastest(times, byShape)).toBe(kernel);
});

it('a choice is told in a sentence', () => {
  const timed = { timeSteps: 32, milliseconds: { sequence: 25.51, step: 21.4 }, known: true };
  expect(describeChoice({ kernel: 'step', products: 'auto', timed })).toBe(
    'recurrent kernels: one dispatch per time step, 21.4 ms against 25.5 ms for one dispatch per layer (32 time steps, measured on this adapter before)',
  );
  expect(describeChoice({ kernel: 'auto', products: 'auto' })).toBe('recurrent kernels: by size, there is one way only');
  const timedProducts = { milliseconds: { registers: 3.051, shared: 2.1 }, known: false };
  expect(describeChoice({ kernel: 'sequence', products: 'shared', timedProducts })).toBe(
    'recurrent kernels: one dispatch per layer, as asked for; products: operands in workgroup memory, 2.10 ms against 3.05 ms for operands in registers',
  );
});

it.each([
  ['all, where they fit', 100, [1, 5, 3]],
  ['the largest, and a smaller one that fits beside it', 6, [1, 5]],
  ['what fits beside one that does not', 4, [1, 3]],
  ['the smallest, where none fits', 0.5, [1]],
])('products are timed by %s', (_, flop, taken) => {
  expect(largestWithin([{ flop: 1 }, { flop: 5 }, { flop: 3 }], flop).map((step) => step.flop)).toEqual(taken);
});
