import { expect, it } from 'vitest';
import { controlOf } from './settings.ts';

it.each([
  ['hiddenSize must be a positive integer, got 0', 'hiddenSize'],
  ['recurrent.hiddenSize must be a positive integer, got 0', 'hiddenSize'],
  ['clip.globalNorm must be positive, got -1', 'clipNorm'],
  ['optimizer.learningRate must be positive, got NaN', 'learningRate'],
  ['text has 12 tokens, batch 16 x timeSteps 32 wants at least 513', 'text'],
  ['a vocabulary wants a text of at least one character, got an empty one', 'text'],
  ['the device was lost', undefined],
  ['', undefined],
])('knows which control "%s" is about', (message, name) => {
  expect(controlOf(message)).toBe(name);
});
