import { expect, test } from 'vitest';
import { firstPlace, NotFiniteError } from './not-finite.ts';

const layer = (name: string, states: readonly number[], gradient: readonly number[]) => ({
  name,
  timeSteps: states.length,
  marks: Uint32Array.of(...states, ...gradient),
});

test('states come before gradients, the lowest layer and the first time step in front: so went the forward sweep', () => {
  const layers = [layer('l1', [1, 1, 1], [1, 1, 1]), layer('l0', [0, 1, 1], [1, 1, 1])];
  expect(firstPlace(layers)).toEqual({ layer: 'l0', of: 'states', timeStep: 2, timeSteps: 3 });
});

test('of gradients the upper layer and the last time step are in front: so went the reverse sweep', () => {
  const layers = [layer('l1', [0, 0, 0], [1, 1, 0]), layer('l0', [0, 0, 0], [1, 1, 1])];
  expect(firstPlace(layers)).toEqual({ layer: 'l1', of: 'gradient', timeStep: 2, timeSteps: 3 });
});

test('any micro-batch counts', () => {
  const marks = Uint32Array.of(0, 0, 0, 0, 0, 0, 1, 0);
  expect(firstPlace([{ name: 'l0', timeSteps: 2, marks }])).toEqual({ layer: 'l0', of: 'gradient', timeStep: 1, timeSteps: 2 });
});

test('where all is finite there is no place, and the sentence has none', () => {
  expect(firstPlace([layer('l0', [0, 0], [0, 0])])).toBeUndefined();
  expect(new NotFiniteError({ step: 3, parameter: 'head.weight' }, 'nothing was changed').message).toBe(
    'the gradient of head.weight must be finite, got infinity or NaN in step 3: nothing was changed',
  );
});

test('a gradient is named with its layer and time step', () => {
  const place = { layer: 'encoder.l0', of: 'gradient', timeStep: 7, timeSteps: 30 } as const;
  expect(new NotFiniteError({ step: 3, parameter: 'head.weight', place }, 'nothing was changed').message).toBe(
    'the gradient of head.weight must be finite, got infinity or NaN in step 3, where ∂L/∂h of encoder.l0 leaves the numbers at time step 7 of 30: nothing was changed',
  );
});
