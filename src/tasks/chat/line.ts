import type { Random } from '../../data/random.ts';
import { oneOf, percent, weighted } from '../draw.ts';
import { asides, corrections, courtesies, type Fact, greetings, otherFacts, ownFacts } from './facts.ts';

/** What somebody says in one breath, and the answer to it. */
export interface Exchange {
  readonly line: string;
  readonly answer: string;
}

/** Words and marks of the longest line; answers are shorter. */
export const mostWords = 26;

/** What has been told, the last word on it: `{value}` of each fact. */
type Told = ReadonlyMap<Fact, string>;

const fill = (template: string, value: string): string => template.replace('{value}', value);

/**
 * A line that tells one to three facts, some of them of others, some corrected at once, some beside the point, and ends with a question;
 * the answer needs what was told.
 */
export function drawExchange(random: Random): Exchange {
  for (;;) {
    const told = drawFacts(random);
    const statements = [...told].map(([fact, value]) => tell(random, fact, value));
    if (percent(random, 25)) statements.splice(random.integer(statements.length + 1), 0, oneOf(random, asides));
    const greeting = percent(random, 30) ? [oneOf(random, greetings)] : [];
    const question = weighted(random, [
      [56, askTold],
      [14, askToChoose],
      [8, askUntold],
      [22, beCourteous],
    ])(random, told);
    const joints = statements.slice(1).map(() => oneOf(random, [' and ', ' . ', ' , ']));
    const story = statements.map((statement, index) => `${index > 0 ? joints[index - 1] : ''}${statement}`).join('');
    const line = [...greeting, `${story} .`, question.line].join(' ');
    if (line.split(' ').length <= mostWords) return { line, answer: question.answer };
  }
}

/** The speaker's name two times in three, then other facts, none twice. */
function drawFacts(random: Random): Told {
  const others = [ownFacts.town, ownFacts.age, ownFacts.pet, oneOf(random, otherFacts), oneOf(random, otherFacts)];
  const chosen = new Set<Fact>(percent(random, 67) ? [ownFacts.name] : []);
  const count = 1 + random.integer(3);
  while (chosen.size < count) chosen.add(oneOf(random, others));
  const told = new Map<Fact, string>();
  for (const fact of shuffled(random, [...chosen])) told.set(fact, oneOf(random, fact.values));
  return told;
}

function tell(random: Random, fact: Fact, value: string): string {
  const template = oneOf(random, fact.tells);
  if (!template.endsWith('{value}') || !percent(random, 12)) return fill(template, value);
  return `${fill(template, another(random, fact, value))} ${oneOf(random, corrections)} ${value}`;
}

function another(random: Random, fact: Fact, value: string): string {
  return oneOf(
    random,
    fact.values.filter((other) => other !== value),
  );
}

function askTold(random: Random, told: Told): Exchange {
  const [fact, value] = oneOf(random, [...told]);
  return { line: oneOf(random, fact.asks), answer: fill(fact.answer, value) };
}

function askToChoose(random: Random, told: Told): Exchange {
  const [fact, value] = oneOf(random, [...told]);
  const [first, second] = shuffled(random, [value, another(random, fact, value)]);
  const line = oneOf(random, fact.choices).replace('{first}', first).replace('{second}', second);
  return { line, answer: fill(fact.answer, value) };
}

/** Of oneself. */
function askUntold(random: Random, told: Told): Exchange {
  const fact = oneOf(
    random,
    Object.values(ownFacts).filter((own) => !told.has(own)),
  );
  return { line: oneOf(random, fact.asks), answer: fact.unknown };
}

function beCourteous(random: Random, told: Told): Exchange {
  const { asks, answer, toStranger } = oneOf(random, courtesies);
  const name = told.get(ownFacts.name);
  return { line: oneOf(random, asks), answer: name === undefined ? toStranger : fill(answer, name) };
}

function shuffled<Entry>(random: Random, entries: Entry[]): Entry[] {
  const order: Entry[] = [];
  while (entries.length > 0) order.push(...entries.splice(random.integer(entries.length), 1));
  return order;
}
