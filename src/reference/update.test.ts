import { describe, expect, test } from 'vitest';
import { type Optimizer, type UpdateOptions, update } from './update.ts';

const rate = { learningRate: 0.1, weightDecay: 0 };
const momentum: Optimizer = { ...rate, kind: 'momentum', momentum: 0.9, nesterov: false, dampening: 0 };
const adam: Optimizer = { ...rate, kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

function stateOf(parameters: readonly number[], gradients: readonly number[]) {
  const zeros = () => new Float64Array(parameters.length);
  return {
    parameters: Float64Array.from(parameters),
    gradients: Float64Array.from(gradients),
    moments: [zeros(), zeros()] as const,
    appliedSteps: 0,
  };
}

/** One parameter through the given gradients. */
function follow(options: UpdateOptions, start: number, gradients: readonly number[]): readonly number[] {
  const state = stateOf([start], [0]);
  return gradients.map((gradient) => {
    state.gradients[0] = gradient;
    update(options, state);
    return state.parameters[0];
  });
}

function expectPath(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, step) => {
    expect(value).toBeCloseTo(expected[step], 7);
  });
}

describe('optimizers, by PyTorch formulas worked by hand', () => {
  test('sgd, weight decay as L2', () => {
    expectPath(follow({ optimizer: { ...rate, kind: 'sgd', weightDecay: 0.1 } }, 1, [0.5, 0]), [0.94, 0.9306]);
  });

  test('momentum: buffers 0.5 and 0.95', () => {
    expectPath(follow({ optimizer: momentum }, 1, [0.5, 0.5]), [0.95, 0.855]);
  });

  test('dampening spares the first step', () => {
    expectPath(follow({ optimizer: { ...momentum, dampening: 0.5 } }, 1, [0.5, 0.5]), [0.95, 0.88]);
  });

  test('nesterov', () => {
    expectPath(follow({ optimizer: { ...momentum, nesterov: true } }, 1, [0.5, 0.5]), [0.905, 0.7695]);
  });

  test('rmsprop: the square average starts at 0, without correction', () => {
    const optimizer: Optimizer = { ...rate, kind: 'rmsprop', alpha: 0.99, epsilon: 1e-8 };
    expectPath(follow({ optimizer }, 1, [2, 0]), [1 - 0.1 * (2 / (0.2 + 1e-8)), 1 - 0.1 * (2 / (0.2 + 1e-8))]);
  });

  test('adam: the first step is the learning rate, the second knows both signs', () => {
    expectPath(follow({ optimizer: adam }, 1, [1, -1]), [0.9, 0.9 + (0.1 * 0.01) / 0.19]);
  });

  test('adam: epsilon is added after the root of the corrected second moment', () => {
    expectPath(follow({ optimizer: { ...adam, epsilon: 1 } }, 1, [3]), [1 - (0.1 * 3) / (3 + 1)]);
  });

  test('weight decay is a gradient for adam and a shrinking of its own for adamw', () => {
    expectPath(follow({ optimizer: { ...adam, weightDecay: 0.1 } }, 2, [0]), [1.9]);
    expectPath(follow({ optimizer: { ...adam, kind: 'adamw', weightDecay: 0.1 } }, 2, [0]), [1.98]);
    expectPath(follow({ optimizer: { ...adam, kind: 'adamw', weightDecay: 0.1 } }, 2, [1]), [1.88]);
  });

  test('the learning rate factor reaches the step and the decay of adamw', () => {
    const options = { optimizer: { ...adam, kind: 'adamw', weightDecay: 0.1 }, learningRateFactor: 0.5 } as const;
    expectPath(follow(options, 2, [1]), [2 * (1 - 0.05 * 0.1) - 0.05]);
  });
});

describe('clips', () => {
  const sgd: Optimizer = { ...rate, kind: 'sgd', learningRate: 1 };

  test('global norm: the gradients shrink together, and only if they are too long', () => {
    const state = stateOf([0, 0], [3, -4]);
    expect(update({ optimizer: sgd, globalNorm: 1 }, state)).toMatchObject({ gradientNorm: 5, skipped: false });
    expect(state.parameters[0]).toBeCloseTo(-3 / (5 + 1e-6), 12);
    expect(state.parameters[1]).toBeCloseTo(4 / (5 + 1e-6), 12);
    expectPath(follow({ optimizer: sgd, globalNorm: 10 }, 0, [3]), [-3]);
  });

  test('by value first, then by the norm of what is left; the metric is the norm before both', () => {
    const state = stateOf([0, 0], [3, -4]);
    expect(update({ optimizer: sgd, globalNorm: 1, valueClip: 3 }, state).gradientNorm).toBe(5);
    expect(state.parameters[0]).toBeCloseTo(-Math.SQRT1_2, 6);
    expect(state.parameters[1]).toBeCloseTo(Math.SQRT1_2, 6);
    expect([...state.gradients]).toEqual([3, -4]);
  });

  test('each tensor by its own norm, then all by the norm of what is left', () => {
    const state = stateOf([0, 0, 0], [3, -4, 0.5]);
    const { clips } = update({ optimizer: sgd, tensorNorm: 1, tensors: [2, 1] }, state);
    [-0.6, 0.8, -0.5].forEach((value, i) => {
      expect(state.parameters[i]).toBeCloseTo(value, 6);
    });
    expect(clips.tensorNorm).toMatchObject({ norm: 5, acted: true });
    expect(clips.tensorNorm.factor).toBeCloseTo(0.2, 6);
    expect(clips.value).toEqual({ norm: Math.hypot(3, 4, 0.5), factor: 1, acted: false });
    const both = stateOf([0, 0, 0], [3, -4, 0.5]);
    const { globalNorm } = update({ optimizer: sgd, valueClip: 3, tensorNorm: 1, tensors: [2, 1], globalNorm: 0.1 }, both).clips;
    expect(globalNorm.norm).toBeCloseTo(Math.hypot(1, 0.5), 5);
    expect(both.parameters[0]).toBeCloseTo((-0.1 * Math.SQRT1_2) / Math.hypot(1, 0.5), 6);
    expect(both.parameters[2]).toBeCloseTo((-0.1 * 0.5) / Math.hypot(1, 0.5), 6);
  });

  test('weight decay comes after the clips', () => {
    expectPath(follow({ optimizer: { ...sgd, weightDecay: 1 }, valueClip: 0.5 }, 10, [3]), [10 - 0.5 - 10]);
  });
});

test.each([NaN, Infinity])('a gradient of %f changes nothing, and the step does not count', (value) => {
  const state = stateOf([1, 2], [1, value]);
  expect(update({ optimizer: adam, valueClip: 1, globalNorm: 1 }, state)).toMatchObject({ gradientNorm: Infinity, skipped: true });
  expect([...state.parameters]).toEqual([1, 2]);
  expect([...state.moments[0], ...state.moments[1]]).toEqual([0, 0, 0, 0]);
  expect(state.appliedSteps).toBe(0);
});
