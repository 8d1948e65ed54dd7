import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from './input-error.ts';
import {
  deepFreeze,
  describeValue,
  nearestWord,
  requireBoolean,
  requireFinite,
  requireFraction,
  requireInteger,
  requireKeys,
  requireNonNegative,
  requireOneOf,
  requirePositive,
  requireSeed,
} from './validation.ts';

describe('describeValue', () => {
  test.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['lstm', "'lstm'"],
    [Number.NaN, 'NaN'],
    [10n, '10'],
    [[1, 2], '[1,2]'],
    [{ a: 1 }, '{"a":1}'],
    [new Float32Array(3), 'a Float32Array'],
    [() => 1, 'a function'],
  ])('%s is shown as %s', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });

  test('long data is cut', () => {
    expect(describeValue(Array.from({ length: 100 }, () => 7))).toHaveLength(60);
  });
});

describe('numbers', () => {
  test('messages name the thing, the wish and the find', () => {
    expect(() => requireInteger('hiddenSize', 0)).toThrow(new InputError('hiddenSize must be a positive integer, got 0'));
    expect(() => requireInteger('embedding', -1, 0)).toThrow('embedding must be zero or a positive integer, got -1');
    expect(() => requireInteger('vocabulary', 1, 2)).toThrow('vocabulary must be an integer of at least 2, got 1');
    expect(() => requireInteger('batch', 2 ** 31)).toThrow('batch must be at most 2147483647, got 2147483648');
    expect(() => requirePositive('epsilon', 0)).toThrow('epsilon must be a positive number, got 0');
    expect(() => requireNonNegative('learningRate', -1)).toThrow('learningRate must be zero or a positive number, got -1');
    expect(() => requireFinite('forgetBias', Number.POSITIVE_INFINITY)).toThrow('forgetBias must be a finite number, got Infinity');
    expect(() => requireFraction('dropout', 1)).toThrow('dropout must be at least 0 and below 1, got 1');
    expect(() => requireSeed('seed', 2 ** 32)).toThrow('seed must be an integer from 0 to 4294967295, got 4294967296');
  });

  test('no check lets anything but a finite number through', () => {
    const checks = [requireInteger, requirePositive, requireNonNegative, requireFinite, requireFraction, requireSeed];
    const wrong = [undefined, null, '1', true, Number.NaN, Number.POSITIVE_INFINITY, [], {}, 1n];
    for (const check of checks) for (const value of wrong) expect(() => check('x', value)).toThrow(InputError);
  });

  test('what fits comes back as it was', () => {
    expect(requireInteger('x', 3)).toBe(3);
    expect(requireInteger('x', 0, 0)).toBe(0);
    expect(requirePositive('x', 1e-9)).toBe(1e-9);
    expect(requireNonNegative('x', 0)).toBe(0);
    expect(requireFinite('x', -2.5)).toBe(-2.5);
    expect(requireFraction('x', 0.999)).toBe(0.999);
    expect(requireSeed('x', 0xffffffff)).toBe(0xffffffff);
  });
});

test('words and truth values', () => {
  expect(requireOneOf('cell', 'gru', ['gru', 'lstm'])).toBe('gru');
  expect(() => requireOneOf('cell', 'lstn', ['gru', 'lstm'])).toThrow("cell must be one of 'gru', 'lstm', got 'lstn'");
  expect(() => requireOneOf('kind', 'bpe', ['char'])).toThrow("kind must be 'char', got 'bpe'");
  expect(requireBoolean('stateful', false)).toBe(false);
  expect(() => requireBoolean('stateful', 1)).toThrow('stateful must be true or false, got 1');
});

describe('keys', () => {
  test('known keys pass, also when their value is undefined', () => {
    expect(() => requireKeys('clip', { value: undefined }, ['globalNorm', 'value'])).not.toThrow();
  });

  test('an unknown key is answered with the nearest known one', () => {
    expect(() => requireKeys('recurrent', { hiden: 3 }, ['cell', 'hiddenSize'])).toThrow(
      "recurrent has no key 'hiden', did you mean 'hiddenSize'?",
    );
    expect(nearestWord('timesteps', ['batch', 'timeSteps'])).toBe('timeSteps');
    expect(nearestWord('batchSize', ['timeSteps', 'batch'])).toBe('batch');
  });

  test.each([[undefined], [null], [3], ['x'], [[]], [new Float32Array(1)]])('%s is no object', (value) => {
    expect(() => requireKeys('input', value, ['kind'])).toThrow(/^input must be an object, got /);
  });

  test('a known word is nearest to itself', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, selector: (word) => word.toLowerCase() }), fc.nat(), (words, pick) => {
        const word = words[pick % words.length];
        expect(nearestWord(word, words)).toBe(word);
      }),
    );
  });
});

test('deepFreeze freezes what lies inside', () => {
  const value = deepFreeze({ list: [{ x: 1 }], n: null });
  expect(Object.isFrozen(value) && Object.isFrozen(value.list) && Object.isFrozen(value.list[0])).toBe(true);
});
