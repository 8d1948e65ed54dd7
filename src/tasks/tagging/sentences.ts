/** The sentences of the tagging task; tags are those of Universal Dependencies. */
import type { Random } from '../../data/random.ts';
import { choice, drawFrom, maybe, type Rule, readings, sequence, type TaggedWord, word } from './grammar.ts';
import { adjectives, adverbs, auxiliaries, conjunctions, determiners, nouns, prepositions, pronouns, verbs } from './lexicon.ts';

export const fewestTokens = 4;
export const mostTokens = 16;

type Person = 'third' | 'other';
type Form = 'base' | 'third' | 'past';

const verbForm = (person: Person): Form => (person === 'third' ? 'third' : 'base');
const adjective = word('ADJ', adjectives);
const that = word('SCONJ', ['that']);

const nounGroup = (person: Person): Rule => {
  const number = person === 'third' ? 'singular' : 'plural';
  const determiner = word('DET', determiners[number]);
  const noun = word('NOUN', nouns[number]);
  const described = sequence(maybe(45, adjective), noun);
  return person === 'third' ? sequence(determiner, described) : choice([75, sequence(determiner, described)], [25, described]);
};

const things: Readonly<Record<Person, Rule>> = { third: nounGroup('third'), other: nounGroup('other') };
const object = choice([45, things.third], [30, things.other], [25, word('PRON', pronouns.object)]);
const place = sequence(word('ADP', prepositions), choice([60, things.third], [40, things.other]));
const adverbAfter = word('ADV', adverbs.after);

/** What is said, without who. */
const said = (form: Form): Rule =>
  choice(
    [40, sequence(word('VERB', verbs.withObject[form]), object, maybe(20, place))],
    [35, sequence(word('VERB', verbs.withoutObject[form]), maybe(35, adverbAfter), maybe(35, place))],
    [
      12,
      sequence(
        word('VERB', verbs.ofWishing[form]),
        word('PART', ['to']),
        choice(
          [50, sequence(word('VERB', verbs.withoutObject.base), maybe(30, adverbAfter))],
          [50, sequence(word('VERB', verbs.withObject.base), object)],
        ),
      ),
    ],
  );

const predicate = (person: Person): Rule =>
  choice(
    [40, sequence(maybe(20, word('ADV', adverbs.before)), said(verbForm(person)))],
    [15, sequence(maybe(20, word('ADV', adverbs.before)), said('past'))],
    [20, sequence(word('AUX', auxiliaries.modal), said('base'))],
    [25, sequence(word('AUX', auxiliaries[person]), maybe(30, word('ADV', adverbs.ofDegree)), adjective)],
  );

const predicates: Readonly<Record<Person, Rule>> = { third: predicate('third'), other: predicate('other') };

/** `the dog`, `she`, `those that run`. */
const subject = (person: Person): Rule =>
  choice(
    [60, things[person]],
    [28, word('PRON', pronouns[person])],
    [12, sequence(things[person], word('PRON', ['that']), predicates[person])],
  );

const subjects: Readonly<Record<Person, Rule>> = { third: subject('third'), other: subject('other') };

const clause = choice([55, sequence(subjects.third, predicates.third)], [45, sequence(subjects.other, predicates.other)]);

const reported = (person: Person): Rule =>
  sequence(
    subjects[person],
    choice([70, word('VERB', verbs.ofSaying[verbForm(person)])], [30, word('VERB', verbs.ofSaying.past)]),
    that,
    clause,
  );

/** Every sentence that the task can make, and some that could be read in two ways. */
export const sentence: Rule = choice(
  [60, clause],
  [10, reported('third')],
  [10, reported('other')],
  [20, sequence(clause, word('SCONJ', conjunctions), clause)],
);

/** A sentence of 4 to 16 words that the grammar can read in one way only: its words decide every tag. */
export function drawSentence(random: Random): TaggedWord[] {
  for (;;) {
    const drawn = drawFrom(sentence, random);
    if (drawn.length < fewestTokens || drawn.length > mostTokens) continue;
    const tokens = drawn.map(({ token }) => token);
    if (readings(sentence, tokens).length === 1) return drawn;
  }
}
