import { expect, it } from 'vitest';
import { choicesOf } from './engine.ts';
import { InputError } from './input-error.ts';

it('reads what was chosen, and the defaults where nothing was', () => {
  expect(choicesOf('model.safetensors', {})).toEqual({ kernel: 'auto', weights: 'f32' });
  expect(choicesOf('model.safetensors', { kernel: 'step', weights: 'f16', model: '{}' })).toEqual({ kernel: 'step', weights: 'f16' });
});

it.each([
  [{ kernel: 'fast' }, "model.safetensors must have one of auto, sequence, step as kernel, got 'fast'"],
  [{ weights: 'f8' }, "model.safetensors must have one of f32, f16 as weights, got 'f8'"],
])('refuses %j', (metadata, message) => {
  expect(() => choicesOf('model.safetensors', metadata)).toThrow(new InputError(message));
});
