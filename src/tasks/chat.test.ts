import { describe, expect, test } from 'vitest';
import { takeExamples, testExampleTask } from '../testing/example-task.ts';
import { chatTask } from './chat.ts';
import { heldOutExamples } from './split.ts';

testExampleTask(chatTask);

const examples = takeExamples(chatTask, 'train', 1, 6000);
const who = '(sister|brother|friend)';

/** How a listener finds each fact in what was told, and the questions that want it; `$1` is somebody else. */
const listens = [
  {
    told: /(?:my name is|i am called|people call me|i am) ([a-z]+)/,
    asked: /^(?:what is my name|who am i|do you remember my name|what am i called|(?:is my name|am i called) [a-z]+ or [a-z]+) \?$/,
    says: 'your name is VALUE .',
    unknown: 'you have not told me your name .',
  },
  {
    told: /(?:i live in|my home is in|i come from) (\w+)/,
    asked: /^(?:where do i live|where is my home|which town is mine|(?:do i live|is my home) in \w+ or in \w+) \?$/,
    says: 'you live in VALUE .',
    unknown: 'you have not told me where you live .',
  },
  {
    told: /(?:i am|my age is|i turned) (\d+)/,
    asked: /^(?:how old am i|what is my age|do you know how old i am|am i \d+ or \d+ years old|is my age \d+ or \d+) \?$/,
    says: 'you are VALUE years old .',
    unknown: 'you have not told me how old you are .',
  },
  {
    told: /(?:i have|my pet is) a (\w+)|a (\w+) lives with me/,
    asked: /^(?:what pet do i have|which animal lives with me|what is my pet|(?:do i have|is my pet) a \w+ or a \w+) \?$/,
    says: 'you have a VALUE .',
    unknown: 'you have not told me of a pet .',
  },
];

/** The answer that follows from the line by the reading above. */
function listen(line: string): string {
  const cut = line.slice(0, -2).lastIndexOf(' . ');
  const story = line.slice(0, cut).replaceAll(/\w+ (?:, no , i mean|, sorry , i meant|, or rather) /g, '');
  const question = line.slice(cut + 3);
  const found = (pattern: RegExp) => pattern.exec(story)?.slice(1).find(Boolean);
  for (const { told, asked, says, unknown } of listens) {
    if (asked.test(question)) return found(told) === undefined ? unknown : says.replace('VALUE', `${found(told)}`);
  }
  const named = new RegExp(`^(?:what is my ${who} called|what is the name of my ${who}|is my ${who} called \\w+ or \\w+) \\?$`).exec(
    question,
  );
  if (named) {
    const other = named[1] ?? named[2] ?? named[3];
    const value = found(new RegExp(`(?:my ${other} is called|the name of my ${other} is) (\\w+)`));
    return `your ${other} is called ${value} .`;
  }
  const placed = new RegExp(
    `^(?:where does my ${who} live|which town is home to my ${who}|does my ${who} live in \\w+ or in \\w+) \\?$`,
  ).exec(question);
  if (placed) {
    const other = placed[1] ?? placed[2] ?? placed[3];
    const value = found(new RegExp(`my ${other} (?:lives in|comes from) (\\w+)`));
    return `your ${other} lives in ${value} .`;
  }
  const name = found(listens[0].told);
  if (/hello/.test(question) || /greet/.test(question)) return `hello , ${name ?? 'stranger'} .`;
  if (/go|tomorrow|leave/.test(question)) return `goodbye , ${name ?? 'stranger'} .`;
  return name === undefined ? 'my name is echo . what is yours ?' : `my name is echo , and yours is ${name} .`;
}

test('a listener who knows the ways to tell and to ask gives every answer', () => {
  for (const { source, target } of examples) expect([source, target]).toEqual([source, listen(source)]);
});

test('words and marks between single spaces, as long as the training says', () => {
  for (const { source, target } of examples) {
    expect(source).toMatch(/^[a-z]+(?: (?:[a-z]+|\d+|[.,?]))* [.?]$/);
    expect(target).toMatch(/^[a-z]+(?: (?:[a-z]+|\d+|[.,]))* [.?]$/);
  }
  expect(1 + Math.max(...examples.map(({ target }) => target.split(' ').length))).toBe(chatTask.train.timeSteps);
  expect(Math.max(...examples.map(({ target }) => target.split(' ').length))).toBeLessThan(15);
});

describe('what is asked for', () => {
  const share = (pattern: RegExp) => examples.filter(({ target }) => pattern.test(target)).length / examples.length;

  test('the name told earlier comes back in a fifth of the answers and more', () => {
    const own = examples.filter(({ source, target }) => {
      const name = /^(?:your name is|my name is echo , and yours is|hello ,|goodbye ,) (\w+) \.$/.exec(target)?.[1];
      return name !== undefined && name !== 'stranger' && source.includes(name);
    });
    expect(own.length / examples.length).toBeGreaterThan(0.2);
  });

  test('other facts, other people, a choice of two, what was never told, courtesies', () => {
    expect(share(/^(?:you live in|you are|you have a) /)).toBeGreaterThan(0.2);
    expect(share(/^your (?!name)/)).toBeGreaterThan(0.1);
    expect(share(/^you have not told me/)).toBeGreaterThan(0.05);
    expect(share(/^(?:hello|goodbye|my name is echo)/)).toBeGreaterThan(0.15);
    expect(examples.filter(({ source }) => / or (?!rather)/.test(source)).length / examples.length).toBeGreaterThan(0.1);
  });

  test('of two to choose from, the right one stands first as often as second', () => {
    const choices = examples.flatMap(({ source, target }) => {
      const first = /(\w+) or (?!rather)[\w ]+\?$/.exec(source)?.[1];
      return first === undefined ? [] : [target.includes(` ${first} `)];
    });
    expect(choices.filter(Boolean).length / choices.length).toBeCloseTo(0.5, 1);
  });

  test('no answer is common enough to be right by habit', () => {
    const counts = new Map<string, number>();
    for (const { target } of examples) counts.set(target, (counts.get(target) ?? 0) + 1);
    expect(Math.max(...counts.values()) / examples.length).toBeLessThan(0.06);
  });

  test('a name in the line is often somebody else, and is sometimes taken back', () => {
    const lines = examples.map(({ source }) => source);
    expect(lines.filter((line) => /(?:no , i mean|sorry , i meant|or rather)/.test(line)).length / lines.length).toBeGreaterThan(0.08);
    expect(
      lines.filter((line) => new RegExp(`(?:my ${who} is called|name of my ${who} is) `).test(line)).length / lines.length,
    ).toBeGreaterThan(0.15);
  });
});

test('the nearest training example answers at most 60 %', () => {
  const measured = chatTask.baselines(examples.slice(0, 4000), heldOutExamples(chatTask, 1000, 1));
  expect(measured['nearest training example']).toBeGreaterThan(0.1);
  expect(measured['nearest training example']).toBeLessThan(0.6);
});
