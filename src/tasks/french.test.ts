import { describe, expect, test } from 'vitest';
import { takeExamples, testExampleTask } from '../testing/example-task.ts';
import { frenchTask } from './french.ts';
import { heldOutExamples } from './split.ts';

testExampleTask(frenchTask);

const train = takeExamples(frenchTask, 'train', 1, 20_000);
const all = [...train, ...takeExamples(frenchTask, 'heldout', 1, 5000)];
const words = (text: string): string[] => text.split(' ');

describe('the sentences', () => {
  test('have 3 to 10 words in English, all lengths among them, and at most 14 in French', () => {
    const lengths = new Set(all.map(({ source }) => words(source).length));
    expect([...lengths].sort((left, right) => left - right)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(Math.max(...all.map(({ target }) => words(target).length))).toBeLessThan(frenchTask.train.timeSteps);
  });

  test('are made of 110 English and 200 French words, all of them often enough to be learned', () => {
    expect(new Set(all.flatMap(({ source }) => words(source))).size).toBe(110);
    const counts = new Map<string, number>();
    for (const word of train.flatMap(({ target }) => words(target))) counts.set(word, (counts.get(word) ?? 0) + 1);
    expect(counts.size).toBe(200);
    expect(Math.min(...counts.values())).toBeGreaterThan(10);
  });

  test('have one translation each', () => {
    const translations = new Map<string, string>();
    for (const { source, target } of all) {
      expect(translations.get(source) ?? target).toBe(target);
      translations.set(source, target);
    }
    expect(translations.size).toBeGreaterThan(20_000);
  });

  test('hardly repeat themselves', () => {
    expect(new Set(train.map(({ source }) => source)).size / train.length).toBeGreaterThan(0.9);
  });
});

describe('French in all sentences', () => {
  const vowel = '[aeiouâéèêœh]';
  test.each([
    ['elides', new RegExp(`\\b(le|la|de|ne|je|ce|ma|sa|beau|nouveau) ${vowel}`)],
    ['elides in front of vowels only', new RegExp(`[ldnj]' (?!${vowel})`)],
    ['contracts', /(?<!\S)(de|à) (le|les)(?!\S)/],
    ['puts de in front of an adjective in the plural', /\bdes (petite?s|grande?s|vieux|vieilles|beaux|belles|nouveaux|nouvelles)\b/],
    ['says cet, mon, son in front of vowels only', new RegExp(`\\b(cet|bel|nouvel|vieil) (?!${vowel})`)],
    ['has pas with every ne', /(?<!\S)n(e|') \S+ (?!pas)/],
  ])('%s', (_, wrong) => {
    // "Près des petits chats" is de and les.
    const found = all.filter(({ target }) => wrong.test(target.replaceAll('près des', 'près')));
    expect(found).toEqual([]);
  });

  test('feminine nouns have feminine determiners', () => {
    for (const { target } of all) {
      expect(target).not.toMatch(/(?<!\S)(un|le|ce|cet|au|du) (fille|femme|vache|pomme|maison|image|école)(?!\S)/);
      expect(target).not.toMatch(
        /(?<!\S)(une|la|cette|ma|sa) (garçon|homme|enfant|chat|oiseau|cheval|livre|arbre|œuf|gâteau|jardin)(?!\S)/,
      );
    }
  });
});

test('remembering does not help', () => {
  const baselines = frenchTask.baselines(train.slice(0, 5000), heldOutExamples(frenchTask, 500, 1));
  expect(baselines['nearest training example']).toBeLessThan(0.05);
});
