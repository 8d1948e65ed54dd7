import type { Pronoun } from './lexicon.ts';
import { isPronoun, type NounPhrase, type Place, type Sentence } from './sentence.ts';

/** The sentence in English: small letters (but I), no full stop. */
export function english({ subject, tense, negative, predicate }: Sentence): string {
  const person = isPronoun(subject) ? subject.person : subject.plural ? 5 : 2;
  const not = negative ? ['not'] : [];
  const am = ['am', 'are', 'is', 'are', 'are', 'are'][person];
  const was = person === 0 || person === 2 ? 'was' : 'were';

  const verbOfBeing = (): string[] => {
    if (tense === 'future') return [am, ...not, 'going to be'];
    return [tense === 'past' ? was : am, ...not];
  };
  const verb = ([infinitive, third, past]: readonly string[]): string[] => {
    if (tense === 'future') return [am, ...not, 'going to', infinitive];
    if (negative) return [tense === 'past' ? 'did' : person === 2 ? 'does' : 'do', 'not', infinitive];
    return [tense === 'past' ? past : person === 2 ? third : infinitive];
  };
  const said = (): string[] => {
    switch (predicate.kind) {
      case 'being':
        return [...verbOfBeing(), predicate.adjective.english];
      case 'being there':
        return [...verbOfBeing(), place(predicate.place)];
      case 'going':
        return [...verb(predicate.verb.english), 'to', nounPhrase(predicate.to)];
      case 'doing':
        return [
          ...verb(predicate.verb.english),
          ...(predicate.object ? [nounPhrase(predicate.object, negative ? 'any' : 'some')] : []),
          ...(predicate.place ? [place(predicate.place)] : []),
        ];
    }
  };
  return [subjectWords(subject), ...said()].join(' ');
}

function subjectWords(subject: Pronoun | NounPhrase): string {
  return isPronoun(subject) ? subject.english : nounPhrase(subject);
}

function place({ preposition, phrase }: Place): string {
  return `${preposition.english} ${nounPhrase(phrase)}`;
}

function nounPhrase({ determiner, noun, plural, adjectives, owner }: NounPhrase, some = 'some'): string {
  const words = [...adjectives.map((adjective) => adjective.english), noun.english[plural ? 1 : 0]];
  const owned = owner ? ['of', nounPhrase(owner)] : [];
  return [determinerWord(determiner, plural, words[0], some), ...words, ...owned].join(' ');
}

function determinerWord(determiner: NounPhrase['determiner'], plural: boolean, next: string, some: string): string {
  if (determiner === 'a') return plural ? some : /^[aeiou]/.test(next) ? 'an' : 'a';
  return determiner === 'this' && plural ? 'these' : determiner;
}
