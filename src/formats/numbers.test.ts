import { expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { readNumber, writeNumber } from './numbers.ts';

test.each([
  ['1', 1],
  [' -2.5 ', -2.5],
  ['+.5', 0.5],
  ['3.', 3],
  ['6.02e23', 6.02e23],
  ['1E-7', 1e-7],
])('%s is a number', (field, value) => {
  expect(readNumber(field, 'price')).toBe(value);
});

test.each(['', 'n/a', 'null', '1,234', '0x10', '1 2', 'Infinity', 'NaN', '1e999', '.', 'e5', '12%'])('%j is none', (field) => {
  expect(() => readNumber(field, 'price')).toThrow(new InputError(`price must be a number, got '${field}'`));
});

test('what is not finite is not written, and zero keeps its sign', () => {
  expect(() => writeNumber(Number.NaN, 'value')).toThrow('value must be a finite number, got NaN');
  expect(() => writeNumber(Number.POSITIVE_INFINITY, 'value')).toThrow(InputError);
  expect(Object.is(readNumber(writeNumber(-0, 'value'), 'value'), -0)).toBe(true);
});
