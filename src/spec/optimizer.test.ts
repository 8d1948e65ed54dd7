import { describe, expect, test } from 'vitest';
import { momentCount, type OptimizerOptions, optimizerKinds, optimizerSpec } from './optimizer.ts';

/** Options as JavaScript may hand them over, past what the types allow. */
const untyped = (value: object): OptimizerOptions => value as OptimizerOptions;

describe('defaults', () => {
  test.each([
    [undefined, { kind: 'adam', learningRate: 2e-3, weightDecay: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
    [{ learningRate: 0.1 }, { kind: 'adam', learningRate: 0.1, weightDecay: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
    [{ kind: 'adamw' }, { kind: 'adamw', learningRate: 2e-3, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
    [{ kind: 'sgd' }, { kind: 'sgd', learningRate: 2e-3, weightDecay: 0 }],
    [{ kind: 'momentum' }, { kind: 'momentum', learningRate: 2e-3, weightDecay: 0, momentum: 0.9, dampening: 0, nesterov: false }],
    [{ kind: 'rmsprop' }, { kind: 'rmsprop', learningRate: 2e-3, weightDecay: 0, alpha: 0.99, epsilon: 1e-8 }],
  ] as const)('%j', (options, spec) => {
    expect(optimizerSpec(options)).toEqual(spec);
  });

  test('completing twice changes nothing', () => {
    for (const kind of optimizerKinds) expect(optimizerSpec(optimizerSpec({ kind }))).toEqual(optimizerSpec({ kind }));
  });
});

test('a learning rate of zero is allowed', () => {
  expect(optimizerSpec({ kind: 'sgd', learningRate: 0 }).learningRate).toBe(0);
});

test.each([
  [{ kind: 'adamm' }, "optimizer.kind must be one of 'sgd', 'momentum', 'rmsprop', 'adam', 'adamw', got 'adamm'"],
  [{ kind: 'sgd', momentum: 0.9 }, "optimizer sgd has no key 'momentum'"],
  [{ kind: 'adam', alpha: 0.9 }, "optimizer adam has no key 'alpha'"],
  [{ kind: 'rmsprop', beta1: 0.9 }, "optimizer rmsprop has no key 'beta1'"],
  [{ lr: 0.9 }, "optimizer has no key 'lr'"],
  [{ learningRate: -1 }, 'learningRate must be zero or a positive number, got -1'],
  [{ learningRate: Number.NaN }, 'learningRate must be zero or a positive number, got NaN'],
  [{ kind: 'adam', beta2: 1 }, 'beta2 must be at least 0 and below 1, got 1'],
  [{ kind: 'adamw', weightDecay: -0.1 }, 'weightDecay must be zero or a positive number, got -0.1'],
  [{ kind: 'rmsprop', epsilon: 0 }, 'epsilon must be a positive number, got 0'],
  [{ kind: 'momentum', momentum: 0, nesterov: true }, 'nesterov must have a momentum above 0'],
  [{ kind: 'momentum', dampening: 0.1, nesterov: true }, 'nesterov must have a momentum above 0 and dampening 0'],
])('%j is refused', (options, message) => {
  expect(() => optimizerSpec(untyped(options))).toThrow(message);
});

test('moments per parameter', () => {
  expect(optimizerKinds.map((kind) => momentCount(optimizerSpec({ kind })))).toEqual([0, 1, 1, 2, 2]);
});
