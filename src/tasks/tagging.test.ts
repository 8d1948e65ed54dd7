import { expect, test } from 'vitest';
import { takeExamples, testExampleTask } from '../testing/example-task.ts';
import { heldOutExamples } from './split.ts';
import { readings } from './tagging/grammar.ts';
import { sentence } from './tagging/sentences.ts';
import { taggingTask } from './tagging.ts';

testExampleTask(taggingTask);

const examples = takeExamples(taggingTask, 'train', 1, 5000);
const tagsOf = (word: string): string[] => [
  ...new Set(examples.flatMap(({ tokens, tags }) => tags.filter((_, index) => tokens[index] === word))),
];

test('a tag for each token, 4 to 16 of them', () => {
  for (const { tokens, tags } of examples) expect(tags).toHaveLength(tokens.length);
  const lengths = examples.map(({ tokens }) => tokens.length);
  expect(Math.min(...lengths)).toBe(4);
  expect(Math.max(...lengths)).toBe(taggingTask.train.timeSteps);
});

test('the words of a sentence leave one reading, which is its tags', () => {
  for (const { tokens, tags } of examples.slice(0, 1000)) expect(readings(sentence, tokens)).toEqual([tags.join(' ')]);
});

test('ten tags, and words that are several things', () => {
  expect([...new Set(examples.flatMap(({ tags }) => tags))].sort()).toEqual([
    'ADJ',
    'ADP',
    'ADV',
    'AUX',
    'DET',
    'NOUN',
    'PART',
    'PRON',
    'SCONJ',
    'VERB',
  ]);
  expect(tagsOf('light').sort()).toEqual(['ADJ', 'NOUN', 'VERB']);
  expect(tagsOf('that').sort()).toEqual(['DET', 'PRON', 'SCONJ']);
  expect(tagsOf('will').sort()).toEqual(['AUX', 'NOUN']);
  expect(tagsOf('before').sort()).toEqual(['ADP', 'ADV', 'SCONJ']);
  expect(tagsOf('the')).toEqual(['DET']);
});

const train = examples.slice(0, 4000);
const heldOut = heldOutExamples(taggingTask, 1000, 1);
const alone = taggingTask.baselines(train, heldOut)['most frequent tag per word'];

test('the most frequent tag per word is right on at most 90 %', () => {
  expect(alone).toBeGreaterThan(0.6);
  expect(alone).toBeLessThan(0.9);
});

test('what stands before a word helps, and what stands behind it', () => {
  const beside = (side: -1 | 1) => {
    const known = (sentences: typeof examples) =>
      sentences.map(({ kind, tokens, tags }) => ({
        kind,
        tags,
        tokens: tokens.map((token, index) => `${token} ${tags[index + side] ?? ''}`),
      }));
    return taggingTask.baselines(known(train), known(heldOut))['most frequent tag per word'];
  };
  expect(beside(-1)).toBeGreaterThan(alone + 0.05);
  expect(beside(1)).toBeGreaterThan(alone + 0.05);
});
