import { expect, test } from 'vitest';
import { labelShares, takeExamples, testExampleTask } from '../testing/example-task.ts';
import { blame, measures, praise } from './sentiment/words.ts';
import { sentimentTask } from './sentiment.ts';
import { heldOutExamples } from './split.ts';

testExampleTask(sentimentTask);

const examples = takeExamples(sentimentTask, 'train', 1, 6000);

/** Reads what a clause says from its words alone: how the generator came to it is not known here. */
function readClause(clause: string): number {
  const text = clause
    .replace(/^(nobody can deny|i do not doubt|it is clear|i must say|i find|i know) that /, '')
    .replace(/^(i do not think|i would not say|nobody could claim|it is not true|i doubt|nothing proves) that /, 'not ')
    .replace(/not only .* but also /, '')
    .replace(/anything but|by no means|far from|free of|is without|did not/, 'not');
  const words = text.split(' ');
  const turned = words.filter((word) => ['not', 'never', 'hardly', 'no'].includes(word)).length;
  const says =
    ({ adjectives, verbs, nouns }: typeof praise) =>
    (word: string) =>
      adjectives.includes(word) || nouns.includes(word) || verbs.flat().includes(word);
  const praised = words.filter(says(praise)).length;
  const blamed = words.filter(says(blame)).length + words.filter((word) => measures.includes(word)).length;
  if (praised + blamed !== 1) throw new Error(`one opinion wanted in '${clause}'`);
  return (praised - blamed) * (-1) ** turned;
}

/** The part of a review that counts, what only concedes or is left behind, and what agrees. */
function readReview(review: string): { verdict: number; against: number[]; alike: number[] } {
  const alike = (text: string) => text.split(/ , because of | , \w+(?: \w+)? because of | , because | , and | and (?=the|i|it|this|no)/);
  const turn = /^(.*) (?:, but|, yet|, and still) (.*)$/.exec(review);
  const before = /^(?:although|even though|though|despite|in spite of) (.*) , (.*)$/.exec(review);
  const after = /^(.*) , (?:although|even though|though|despite|in spite of) (.*)$/.exec(review);
  const [main, conceded] = turn ? [turn[2], turn[1]] : before ? [before[2], before[1]] : after ? [after[1], after[2]] : [review, ''];
  const [first, ...others] = alike(main).map(readClause);
  return { verdict: first, against: conceded === '' ? [] : alike(conceded).map(readClause), alike: others };
}

test('a reader who knows negation, scope, contrast and concession agrees with every label', () => {
  for (const { text, label } of examples) expect([text, readReview(text).verdict]).toEqual([text, label === 'positive' ? 1 : -1]);
});

test('clauses that are joined agree and clauses that are set against each other do not', () => {
  for (const { text } of examples) {
    const { verdict, against, alike } = readReview(text);
    expect([text, alike.every((sign) => sign === verdict), against.every((sign) => sign === -verdict)]).toEqual([text, true, true]);
  }
});

test('6 to 24 lower-case words and commas between single spaces', () => {
  const lengths = examples.map(({ text }) => text.split(' ').length);
  expect(Math.min(...lengths)).toBe(6);
  expect(Math.max(...lengths)).toBe(sentimentTask.train.timeSteps);
  for (const { text } of examples) expect(text).toMatch(/^[a-z]+(?: (?:[a-z]+|,))*$/);
});

test('both labels are as frequent; about a quarter of the reviews holds a contrast', () => {
  expect(Math.abs(labelShares(examples).positive - 0.5)).toBeLessThan(0.03);
  const contrasts = examples.filter(({ text }) => readReview(text).against.length > 0).length / examples.length;
  expect(contrasts).toBeGreaterThan(0.18);
  expect(contrasts).toBeLessThan(0.32);
});

test('the same words in another place say the opposite', () => {
  const said = (text: string) => readReview(text).verdict;
  expect(said('the plot is not bad at all , but the ending is far too long')).toBe(-1);
  expect(said('the ending is far too long , but the plot is not bad at all')).toBe(1);
});

test('counting words and their neighbours reaches between 65 and 87 %', () => {
  const measured = sentimentTask.baselines(examples.slice(0, 4000), heldOutExamples(sentimentTask, 1000, 1));
  expect(measured['logistic regression']).toBeGreaterThan(0.7);
  expect(measured['logistic regression']).toBeLessThan(0.85);
  expect(measured['most frequent label']).toBeLessThan(0.55);
});
