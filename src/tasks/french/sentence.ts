import type { Random } from '../../data/random.ts';
import { oneOf, percent } from '../draw.ts';
import {
  type Adjective,
  adjectives,
  type Being,
  go,
  type Noun,
  nouns,
  type Preposition,
  type Pronoun,
  prepositions,
  pronouns,
  sleep,
  type TransitiveVerb,
  transitiveVerbs,
  type Verb,
} from './lexicon.ts';

export const determiners = ['the', 'a', 'this', 'my', 'his', 'her', 'our', 'their', 'two', 'many'] as const;

/** `a` is any that is not known: a cat, some cats, and after not: any cats. */
export type Determiner = (typeof determiners)[number];

export type Tense = 'present' | 'past' | 'future';

/** "The small black cats of the boy". */
export interface NounPhrase {
  readonly determiner: Determiner;
  readonly noun: Noun;
  readonly plural: boolean;
  readonly adjectives: readonly Adjective[];
  readonly owner?: NounPhrase;
}

export interface Place {
  readonly preposition: Preposition;
  readonly phrase: NounPhrase;
}

export type Predicate =
  | { readonly kind: 'being'; readonly adjective: Adjective }
  | { readonly kind: 'being there'; readonly place: Place }
  | { readonly kind: 'going'; readonly verb: Verb; readonly to: NounPhrase }
  | { readonly kind: 'doing'; readonly verb: Verb; readonly object?: NounPhrase; readonly place?: Place };

/** What is said, in no language. */
export interface Sentence {
  readonly subject: Pronoun | NounPhrase;
  readonly tense: Tense;
  readonly negative: boolean;
  readonly predicate: Predicate;
}

export function isPronoun(subject: Pronoun | NounPhrase): subject is Pronoun {
  return 'person' in subject;
}

export function drawSentence(random: Random): Sentence {
  const subject = drawSubject(random);
  const being = isPronoun(subject) ? 'person' : subject.noun.being;
  return {
    subject,
    tense: oneOf(random, ['present', 'present', 'past', 'future']),
    negative: percent(random, 35),
    predicate: drawPredicate(random, being, isPronoun(subject) ? [] : subject.adjectives),
  };
}

function drawSubject(random: Random): Sentence['subject'] {
  if (percent(random, 35)) return oneOf(random, pronouns);
  const beings: readonly Being[] = percent(random, 80) ? ['person', 'animal'] : ['thing', 'food', 'place'];
  return drawPhrase(random, beings, determiners);
}

function drawPredicate(random: Random, being: Being, said: readonly Adjective[]): Predicate {
  const kind = random.integer(10);
  const alive = being === 'person' || being === 'animal';
  if (alive && kind < 6) {
    const verb = oneOf(
      random,
      transitiveVerbs.filter(({ subjects }) => subjects.includes(being)),
    );
    return { kind: 'doing', verb, object: drawObject(random, verb), place: percent(random, 20) ? drawPlace(random) : undefined };
  }
  if (alive && kind === 6) return { kind: 'going', verb: go, to: drawPhrase(random, ['place'], known) };
  if (alive && kind === 7) return { kind: 'doing', verb: sleep, place: percent(random, 80) ? drawPlace(random, quietPlaces) : undefined };
  if (being !== 'place' && kind === 8) return { kind: 'being there', place: drawPlace(random) };
  const fitting = adjectives.filter((adjective) => adjective.of.includes(being) && !said.includes(adjective));
  return { kind: 'being', adjective: oneOf(random, fitting) };
}

/** Not said of persons: "my girl" could be a daughter, "my woman" a wife. */
const possessive: readonly Determiner[] = ['my', 'his', 'her', 'our', 'their'];

/** What can be spoken of without being introduced. */
const known: readonly Determiner[] = ['the', 'the', 'this', ...possessive];

function drawObject(random: Random, verb: TransitiveVerb): NounPhrase {
  return drawPhrase(random, verb.objects, verb.definite || percent(random, 50) ? known : ['a', 'a', 'a', 'two', 'many']);
}

const quietPlaces = prepositions.filter(({ english }) => english !== 'with');

function drawPlace(random: Random, from: readonly Preposition[] = prepositions): Place {
  const preposition = oneOf(random, from);
  const phrase = drawPhrase(random, preposition.before, [...known, 'a', 'two', 'many']);
  // "near some trees" is said, but in French it is hard to tell from "near trees".
  return { preposition, phrase: phrase.determiner === 'a' ? { ...phrase, plural: false } : phrase };
}

function drawPhrase(random: Random, beings: readonly Being[], from: readonly Determiner[]): NounPhrase {
  const being = oneOf(random, beings);
  const noun = oneOf(
    random,
    nouns.filter((candidate) => candidate.being === being),
  );
  const determiner = oneOf(random, being === 'person' ? from.filter((word) => !possessive.includes(word)) : from);
  const owned = determiner === 'the' && being !== 'person' && percent(random, 25);
  return {
    determiner,
    noun,
    plural: determiner === 'two' || determiner === 'many' || percent(random, 35),
    adjectives: owned ? [] : drawAdjectives(random, being),
    owner: owned ? drawOwner(random) : undefined,
  };
}

function drawOwner(random: Random): NounPhrase {
  const determiner = oneOf(random, ['the', 'the', 'this', 'a', 'two'] as const);
  const noun = oneOf(
    random,
    nouns.filter(({ being }) => being === 'person'),
  );
  return { determiner, noun, plural: determiner === 'two' || (determiner !== 'a' && percent(random, 40)), adjectives: [] };
}

/** None, one, or one that French puts before the noun and one that it puts after. */
function drawAdjectives(random: Random, being: Being): Adjective[] {
  const fitting = adjectives.filter(({ of }) => of.includes(being));
  const positions = [[], [], [], ['before'], ['before'], ['after'], ['before', 'after']][random.integer(7)];
  return positions.flatMap((position) => {
    const candidates = fitting.filter((adjective) => adjective.position === position);
    return candidates.length > 0 ? [oneOf(random, candidates)] : [];
  });
}
