import { expect, test } from 'vitest';
import { clipSpec } from './clip.ts';

test('what is absent stays absent', () => {
  expect(clipSpec()).toEqual({});
  expect(Object.keys(clipSpec({ globalNorm: 1, value: undefined }))).toEqual(['globalNorm']);
  expect(clipSpec({ globalNorm: 1, value: 0.5 })).toEqual({ globalNorm: 1, value: 0.5 });
  expect(clipSpec({ tensorNorm: 2, value: 0.5 })).toEqual({ tensorNorm: 2, value: 0.5 });
  expect(clipSpec({ timeStepNorm: 2, timeStepValue: 10 })).toEqual({ timeStepNorm: 2, timeStepValue: 10 });
});

test('a limit is a positive number', () => {
  expect(() => clipSpec({ globalNorm: 0 })).toThrow('clip.globalNorm must be a positive number, got 0');
  expect(() => clipSpec({ tensorNorm: -1 })).toThrow('clip.tensorNorm must be a positive number, got -1');
  expect(() => clipSpec({ value: Number.NaN })).toThrow('clip.value must be a positive number, got NaN');
  expect(() => clipSpec({ timeStepNorm: 0 })).toThrow('clip.timeStepNorm must be a positive number, got 0');
  const misspelt: object = { norm: 1 };
  expect(() => clipSpec(misspelt)).toThrow("clip has no key 'norm', did you mean 'globalNorm'?");
});
