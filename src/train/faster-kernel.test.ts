import { expect, it } from 'vitest';
import { fastest } from './faster-kernel.ts';

it.each([
  ['the faster one', { sequence: 10, step: 9 }, 'sequence', 'step'],
  ['the one by shape, where the other is hardly faster', { sequence: 10, step: 9.8 }, 'sequence', 'sequence'],
  ['the one by shape', { sequence: 10, step: 9.8 }, 'step', 'step'],
  ['another than a mixture', { auto: 10, sequence: 8, step: 9 }, 'auto', 'sequence'],
] as const)('the choice between two times is %s', (_, times, byShape, kernel) => {
  expect(fastest(times, byShape)).toBe(kernel);
});
