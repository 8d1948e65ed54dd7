import type { Random } from '../../data/random.ts';
import { oneOf, percent, weighted } from '../draw.ts';
import {
  assurances,
  blame,
  denials,
  intensifiers,
  measures,
  mildIntensifiers,
  negations,
  parts,
  praise,
  type Sign,
  subjects,
  wholes,
} from './words.ts';

/** What a review has not spoken of yet, so that it does not contradict itself. */
export interface Topics {
  readonly random: Random;
  /** `the plot`, `the film` */
  subject(): string;
  /** `plot` */
  part(): string;
}

/** A clause that speaks for or against, with a negation of its own or without. */
type Form = (topics: Topics, sign: Sign, negated: boolean) => string;

const turned = (sign: Sign): Sign => (sign === 1 ? -1 : 1);
const opinions = (sign: Sign) => (sign === 1 ? praise : blame);

/** Nothing half of the time. */
const maybe = (random: Random, entries: readonly string[]): string => (percent(random, 50) ? oneOf(random, entries) : '');

/** `the plot is very clever`, `the plot is far from clever`, `the plot is not clever at all`. */
const describes: Form = (topics, sign, negated) => {
  const { random } = topics;
  const subject = topics.subject();
  const verb = oneOf(random, ['is', 'was']);
  if (!negated) {
    return join(subject, verb, maybe(random, intensifiers), oneOf(random, opinions(sign).adjectives));
  }
  const adjective = oneOf(random, opinions(turned(sign)).adjectives);
  if (percent(random, 25)) return join(subject, verb, oneOf(random, ['not', 'never']), adjective, 'at all');
  const negation = oneOf(random, negations);
  return join(subject, verb, negation, negation === 'not' ? maybe(random, mildIntensifiers) : '', adjective);
};

/** `it is a very dull film`, `this was not a dull film`. */
const names: Form = (topics, sign, negated) => {
  const { random } = topics;
  const start = join(oneOf(random, ['it', 'this']), oneOf(random, ['is', 'was']));
  const whole = oneOf(random, wholes);
  if (!negated) return join(start, 'a', maybe(random, intensifiers), oneOf(random, opinions(sign).adjectives), whole);
  const adjective = oneOf(random, opinions(turned(sign)).adjectives);
  return join(start, oneOf(random, ['not', 'never', 'hardly', 'by no means']), 'a', maybe(random, mildIntensifiers), adjective, whole);
};

/** `the ending is far too slow`, always against unless negated: `the ending is not too slow`. */
const measuresUp: Form = (topics, sign, negated) => {
  const { random } = topics;
  if (negated !== (sign === 1)) return describes(topics, sign, negated);
  const too = join(negated ? oneOf(random, ['not', 'never', 'hardly']) : maybe(random, ['far', 'much', 'a little']), 'too');
  return join(topics.subject(), oneOf(random, ['is', 'was']), too, oneOf(random, measures));
};

/** `i really loved the cast`, `i did not really love the cast`. */
const feels: Form = (topics, sign, negated) => {
  const { random } = topics;
  const subject = topics.subject();
  if (!negated) return join('i', maybe(random, ['really', 'truly', 'deeply']), oneOf(random, opinions(sign).verbs)[0], subject);
  const [past, base] = oneOf(random, opinions(turned(sign)).verbs);
  return percent(random, 60) ? join('i did not', maybe(random, ['really', 'particularly']), base, subject) : join('i never', past, subject);
};

/** `it is full of charm`, `it is without wit`. */
const has: Form = (topics, sign, negated) => {
  const { random } = topics;
  const subject = topics.subject();
  if (!negated) return join(subject, oneOf(random, ['is full of', 'has plenty of']), oneOf(random, opinions(sign).nouns));
  return join(subject, oneOf(random, ['has no', 'is free of', 'is without']), oneOf(random, opinions(turned(sign)).nouns));
};

/** `the cast is not only warm but also witty`: a `not` and a `but` that turn nothing. */
const doubles: Form = (topics, sign) => {
  const { random } = topics;
  const { adjectives } = opinions(sign);
  const first = oneOf(random, adjectives);
  const second = oneOf(
    random,
    adjectives.filter((adjective) => adjective !== first),
  );
  return join(topics.subject(), oneOf(random, ['is', 'was']), 'not only', first, 'but also', second);
};

/**
 * A clause that speaks for (1) or against (-1) a film, perhaps within another that assures it or, unless it is to stand in the reach of
 * an `and`, denies it: `i do not think that the plot is dull`. Two opinions at once are never denied: it would be open which.
 */
export function drawClause(topics: Topics, sign: Sign, deniable = true): string {
  const { random } = topics;
  const negated = percent(random, 20);
  const form = weighted(random, [
    [35, describes],
    [20, names],
    [15, measuresUp],
    [10, has],
    [5, doubles],
  ]);
  return weighted(random, [
    [58, () => form(topics, sign, negated)],
    [20, () => feels(topics, sign, negated)],
    [12, () => join(oneOf(random, assurances), form(topics, sign, negated))],
    [deniable ? 10 : 0, () => join(oneOf(random, denials), (form === doubles ? describes : form)(topics, turned(sign), false))],
  ])();
}

/** `the dull script`: an opinion in three words. */
export function drawPhrase(topics: Topics, sign: Sign): string {
  return join('the', oneOf(topics.random, opinions(sign).adjectives), topics.part());
}

/** Topics in random order, none twice. */
export function drawTopics(random: Random): Topics {
  const left = [...subjects];
  const take = (): string => left.splice(random.integer(left.length), 1)[0];
  const part = (): string => {
    for (;;) {
      const subject = take().replace('the ', '');
      if (parts.includes(subject)) return subject;
    }
  };
  return { random, subject: take, part };
}

/** The parts that are there, a space between them. */
export function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
