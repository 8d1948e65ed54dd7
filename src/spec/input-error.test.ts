import { expect, test } from 'vitest';
import { InputError } from './input-error.ts';

test('an InputError is an Error that carries its own name', () => {
  const error = new InputError('hiddenSize must be a positive integer, got 0');
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe('InputError');
  expect(String(error)).toBe('InputError: hiddenSize must be a positive integer, got 0');
});
