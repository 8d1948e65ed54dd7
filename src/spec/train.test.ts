import { describe, expect, test } from 'vitest';
import { modelSpec } from './model.ts';
import { overlapOf, requireTrainable, type TrainOptions, trainSpec, updateEveryOf } from './train.ts';

const untyped = (value: object): TrainOptions => value as TrainOptions;

test('two numbers are enough', () => {
  expect(trainSpec({ batch: 32, timeSteps: 64 })).toEqual({
    batch: 32,
    timeSteps: 64,
    stateful: false,
    lengths: true,
    accumulate: 1,
    loss: { reduction: 'mean', labelSmoothing: 0 },
    feedback: { kind: 'teacher' },
    optimizer: { kind: 'adam', learningRate: 2e-3, weightDecay: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    schedule: { kind: 'constant', warmupSteps: 0 },
    clip: {},
    monitor: false,
    nonFinite: 'skip',
    seed: 1,
  });
});

describe('a complete spec', () => {
  const spec = trainSpec({
    batch: 2,
    timeSteps: 3,
    stateful: true,
    accumulate: 4,
    loss: { reduction: 'sum', labelSmoothing: 0.1 },
    optimizer: { kind: 'momentum', nesterov: true },
    schedule: { kind: 'cosine', totalSteps: 100, warmupSteps: 10 },
    clip: { globalNorm: 1 },
    monitor: { every: 4 },
    nonFinite: 'rewind',
    seed: 7,
  });

  test('given back stays as it is', () => {
    expect(trainSpec(spec)).toEqual(spec);
  });

  test('survives JSON', () => {
    expect(trainSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  });

  test('is frozen all the way down', () => {
    expect(Object.isFrozen(spec)).toBe(true);
    for (const part of [spec.loss, spec.optimizer, spec.schedule, spec.clip]) expect(Object.isFrozen(part)).toBe(true);
  });
});

test.each([
  [{ timeSteps: 1 }, 'batch must be a positive integer, got nothing'],
  [{ batch: 1, timeSteps: 0 }, 'timeSteps must be a positive integer, got 0'],
  [{ batch: 1.5, timeSteps: 1 }, 'batch must be a positive integer, got 1.5'],
  [{ batch: 1, timeSteps: 1, timesteps: 2 }, "training has no key 'timesteps', did you mean 'timeSteps'?"],
  [{ batch: 1, timeSteps: 1, stateful: 'yes' }, "stateful must be true or false, got 'yes'"],
  [{ batch: 1, timeSteps: 4, stateful: true, updateEvery: 5 }, 'updateEvery must be at most the 4 timeSteps of a window, got 5'],
  [{ batch: 1, timeSteps: 4, stateful: true, updateEvery: 0 }, 'updateEvery must be a positive integer, got 0'],
  [{ batch: 1, timeSteps: 4, updateEvery: 2 }, 'updateEvery 2 below timeSteps 4 must come with stateful true'],
  [{ batch: 1, timeSteps: 1, accumulate: 0 }, 'accumulate must be a positive integer, got 0'],
  [{ batch: 1, timeSteps: 1, loss: { reduction: 'max' } }, "loss.reduction must be one of 'mean', 'sum', got 'max'"],
  [{ batch: 1, timeSteps: 1, loss: { labelSmoothing: 1 } }, 'labelSmoothing must be at least 0 and below 1, got 1'],
  [{ batch: 1, timeSteps: 1, loss: { smoothing: 1 } }, "loss has no key 'smoothing', did you mean 'labelSmoothing'?"],
  [{ batch: 1, timeSteps: 1, clip: { value: -1 } }, 'clip.value must be a positive number, got -1'],
  [{ batch: 1, timeSteps: 1, monitor: 1 }, 'monitor must be true or false, got 1'],
  [{ batch: 1, timeSteps: 1, seed: -1 }, 'seed must be an integer from 0 to 4294967295, got -1'],
])('%j is refused', (options, message) => {
  expect(() => trainSpec(untyped(options))).toThrow(message);
});

test('an update for each window, or for each part of one', () => {
  const whole = trainSpec({ batch: 1, timeSteps: 8, stateful: true });
  expect([updateEveryOf(whole), overlapOf(whole)]).toEqual([8, 0]);
  const part = trainSpec({ batch: 1, timeSteps: 8, stateful: true, updateEvery: 3 });
  expect([updateEveryOf(part), overlapOf(part)]).toEqual([3, 5]);
});

test('labels are smoothed for softmax only', () => {
  const model = (kind: 'softmax' | 'linear') =>
    modelSpec({ input: { kind: 'vectors', size: 2 }, recurrent: { cell: 'gru', hiddenSize: 4 }, output: { kind, classes: 3 } });
  const smooth = trainSpec({ batch: 1, timeSteps: 1, loss: { labelSmoothing: 0.1 } });
  expect(() => requireTrainable(model('softmax'), smooth)).not.toThrow();
  expect(() => requireTrainable(model('linear'), smooth)).toThrow("labelSmoothing must be 0 for output 'linear', got 0.1");
  expect(() => requireTrainable(model('linear'), trainSpec({ batch: 1, timeSteps: 1 }))).not.toThrow();
});
