import { expect, it } from 'vitest';
import { choicesOf } from './engine.ts';
import { InputError } from './input-error.ts';

it('reads what was chosen, and the defaults where nothing was', () => {
  expect(choicesOf('model.safetensors', {})).toEqual({ kernel: 'auto', products: 'auto', weights: 'f32' });
  expect(choicesOf('model.safetensors', { kernel: 'step', products: 'shared', weights: 'f16', model: '{}' })).toEqual({
    kernel: 'step',
    products: 'shared',
    weights: 'f16',
  });
});

it.each([
  [{ kernel: 'fast' }, "model.safetensors must have one of auto, sequence, step, wavefront as kernel, got 'fast'"],
  [{ products: 'tensor' }, "model.safetensors must have one of auto, registers, shared as products, got 'tensor'"],
  [{ weights: 'f8' }, "model.safetensors must have one of f32, f16 as weights, got 'f8'"],
])('refuses %j', (metadata, message) => {
  expect(() => choicesOf('model.safetensors', metadata)).toThrow(new InputError(message));
});
