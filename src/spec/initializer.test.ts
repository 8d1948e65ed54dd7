import { expect, test } from 'vitest';
import { completeInitialization, type InitializationOptions } from './initializer.ts';

const untyped = (value: object): InitializationOptions => value as InitializationOptions;

test('the default: xavier, orthogonal, zero biases, forget bias 1', () => {
  expect(completeInitialization('default', true)).toEqual({
    input: 'xavier',
    recurrent: 'orthogonal',
    gain: 1,
    bias: 'zeros',
    forgetBias: 1,
    head: 'xavier',
    embeddingDeviation: 0.1,
  });
});

test('pytorch: uniform everywhere, embedding N(0, 1), no forget bias', () => {
  expect(completeInitialization('pytorch', true)).toEqual({
    input: 'uniform',
    recurrent: 'uniform',
    gain: 1,
    bias: 'uniform',
    forgetBias: 0,
    head: 'uniform',
    embeddingDeviation: 1,
  });
});

test('parts replace those of the preset', () => {
  expect(completeInitialization({ preset: 'pytorch', recurrent: 'identity', gain: 0.9 }, true)).toMatchObject({
    input: 'uniform',
    recurrent: 'identity',
    gain: 0.9,
  });
  expect(completeInitialization({ recurrent: 'normal' }, true)).toMatchObject({ input: 'xavier', recurrent: 'normal' });
});

test('without a forget gate there is no forget bias, unless one is asked for', () => {
  expect(completeInitialization('default', false).forgetBias).toBe(0);
  expect(completeInitialization({ forgetBias: 2 }, false).forgetBias).toBe(2);
});

test('a complete one stays as it is', () => {
  const complete = completeInitialization({ preset: 'pytorch', gain: 2 }, true);
  expect(completeInitialization(complete, true)).toEqual(complete);
});

test('beside chrono there is no forget bias; a radius and chrono stay', () => {
  const complete = completeInitialization({ recurrent: 'normal', spectralRadius: 0.9, chrono: 50 }, true);
  expect(complete).toMatchObject({ recurrent: 'normal', gain: 1, spectralRadius: 0.9, chrono: 50, forgetBias: 0 });
  expect(completeInitialization(complete, true)).toEqual(complete);
});

test.each([
  ['torch' as InitializationOptions, "initialization must be one of 'default', 'pytorch', got 'torch'"],
  [untyped({ preset: 'torch' }), "initialization.preset must be one of 'default', 'pytorch', got 'torch'"],
  [untyped({ recurent: 'identity' }), "initialization has no key 'recurent', did you mean 'recurrent'?"],
  [untyped({ recurrent: 'eye' }), 'initialization.recurrent must be one of'],
  [untyped({ input: 'orthogonal' }), "initialization.input must be one of 'xavier', 'uniform', 'normal', got 'orthogonal'"],
  [untyped({ gain: -1 }), 'initialization.gain must be zero or a positive number, got -1'],
  [untyped({ forgetBias: '1' }), "forgetBias must be a finite number, got '1'"],
  [untyped({ spectralRadius: 0 }), 'initialization.spectralRadius must be a positive number, got 0'],
  [{ spectralRadius: 1.1, gain: 2 }, 'initialization.gain must be 1 beside spectralRadius 1.1, which scales the same weights, got 2'],
  [{ chrono: 2 }, 'initialization.chrono must be a number of time steps above 2, got 2'],
  [untyped({ chrono: '9' }), "initialization.chrono must be a number of time steps above 2, got '9'"],
  [{ chrono: 100, forgetBias: 1 }, 'forgetBias must be 0 or left out beside chrono 100, which sets the same bias, got 1'],
])('%j is refused', (options, message) => {
  expect(() => completeInitialization(options, true)).toThrow(message);
});
