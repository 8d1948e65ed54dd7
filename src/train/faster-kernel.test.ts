import { expect, it } from 'vitest';
import { describeChoice, fastest } from './faster-kernel.ts';

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
  expect(describeChoice({ kernel: 'step', timed })).toBe(
    'recurrent kernels: one dispatch per time step, 21.4 ms against 25.5 ms for one dispatch per layer (32 time steps, measured on this adapter before)',
  );
  expect(describeChoice({ kernel: 'auto' })).toBe('recurrent kernels: by size, there is one way only');
});
