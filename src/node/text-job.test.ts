import { expect, test } from 'vitest';
import { createCharacterVocabulary, createValidationStream, createVocabulary, type Trainer } from '../index.ts';
import { measureText, validationInterval } from './text-job.ts';

test('a long held-out part is measured more seldom', () => {
  const stream = (length: number) => createValidationStream(new Int32Array(length), { batch: 1, timeSteps: 10 });
  expect([undefined, stream(100), stream(331), stream(10_000)].map(validationInterval)).toEqual([100, 100, 100, 3000]);
});

test('bits per character count the characters that the tokens stand for', async () => {
  const text = 'one two one';
  const evaluation = { loss: Math.LN2, perplexity: 2, bitsPerCharacter: 1, count: 2 };
  const trainer = { evaluate: async () => evaluation } as unknown as Trainer;
  const words = createVocabulary(text, { tokens: 'word' });
  const heldOut = createValidationStream(words.encode(text), { batch: 1, timeSteps: 2 });
  expect(await measureText(trainer, { vocabulary: words }, heldOut)).toMatchObject({ bitsPerToken: 1, bitsPerCharacter: 2 / 7 });
  const characters = createCharacterVocabulary(text);
  expect(await measureText(trainer, { vocabulary: characters }, heldOut)).toMatchObject({ bitsPerToken: 1, bitsPerCharacter: 1 });
});
