import { expect, test } from 'vitest';
import { bitsPerToken, countNgrams } from '../../data/ngram.ts';
import { createRandom } from '../../data/random.ts';
import { splitText } from '../../data/text.ts';
import { joinWords, splitWords } from '../../data/words.ts';
import { modelSpec } from '../../spec/model.ts';
import { requireTrainable, trainSpec } from '../../spec/train.ts';
import { composeTune, createChoices } from './compose.ts';
import { melodyTask } from './melody.ts';
import { readNote } from './notes.ts';

const text = melodyTask.text();
const words = splitWords(text);
const vocabulary = [...new Set(words)].sort();
const ids = Int32Array.from(words, (word) => vocabulary.indexOf(word));

test('90,000 words of fewer than 64 kinds, a tune a line, the same each time', () => {
  expect(words.length).toBeGreaterThanOrEqual(90_000);
  expect(words.length).toBeLessThan(91_500);
  expect(vocabulary.length).toBeGreaterThan(40);
  expect(vocabulary.length).toBeLessThan(64);
  for (const word of vocabulary.filter((symbol) => symbol !== '\n')) expect(() => readNote(word)).not.toThrow();
  expect(joinWords(words)).toBe(text);
  expect(
    text
      .trimEnd()
      .split('\n')
      .every((line) => line.endsWith('| end')),
  ).toBe(true);
  expect(melodyTask.text()).toBe(text);
});

test('no tune is heard twice, so none of the validation is in training', () => {
  const tunes = text.trimEnd().split('\n');
  expect(tunes.length).toBeGreaterThan(1200);
  expect(new Set(tunes).size).toBe(tunes.length);
});

test('three words tell little, the choices that made the tunes far less than half of that', () => {
  const { train, validation } = splitText(ids);
  const bits = (order: number) => bitsPerToken(countNgrams(train, { order, vocabulary: vocabulary.length }), validation);
  const trigram = bits(3);
  expect(trigram).toBeGreaterThan(2.6);
  expect(trigram).toBeLessThan(3);
  // Nor do longer contexts by counting.
  for (const order of [4, 5]) expect(bits(order)).toBeGreaterThan(0.9 * trigram);

  const choices = createChoices(createRandom(1));
  let tokens = 0;
  for (let tune = 0; tune < 500; tune++) tokens += composeTune(choices).length;
  expect(choices.bits() / tokens).toBeLessThan(0.2 * trigram);
});

test('its defaults make a whole model and training, and are frozen', () => {
  const { embedding, ...model } = melodyTask.model;
  const spec = modelSpec({
    ...model,
    input: { kind: 'tokens', vocabulary: vocabulary.length, embedding },
    output: { kind: 'softmax', classes: vocabulary.length },
  });
  requireTrainable(spec, trainSpec(melodyTask.train));
  expect(melodyTask.tokens).toBe('word');
  expect([melodyTask, melodyTask.model, melodyTask.model.recurrent, melodyTask.train].every(Object.isFrozen)).toBe(true);
});
