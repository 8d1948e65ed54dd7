import { be, type FrenchVerb, type Gender, go, have } from './lexicon.ts';
import { type Determiner, isPronoun, type NounPhrase, type Sentence } from './sentence.ts';

/** Masculine singular, feminine singular, plural. */
const determinerForms: Readonly<Record<Exclude<Determiner, 'two' | 'many'>, readonly [string, string, string]>> = {
  the: ['le', 'la', 'les'],
  a: ['un', 'une', 'des'],
  this: ['ce', 'cette', 'ces'],
  my: ['mon', 'ma', 'mes'],
  his: ['son', 'sa', 'ses'],
  her: ['son', 'sa', 'ses'],
  our: ['notre', 'notre', 'nos'],
  their: ['leur', 'leur', 'leurs'],
};

const beforeVowel: Readonly<Record<string, string>> = {
  le: "l'",
  la: "l'",
  de: "d'",
  ne: "n'",
  je: "j'",
  ce: 'cet',
  ma: 'mon',
  sa: 'son',
};

const contractions: Readonly<Record<string, string>> = { 'de le': 'du', 'de les': 'des', 'à le': 'au', 'à les': 'aux' };

/**
 * The sentence in French: small letters, no full stop, a space between words. A word that lost its vowel keeps its apostrophe and is a word of
 * its own: `elle n' aime pas l' école`.
 */
export function french(sentence: Sentence): string {
  const { subject, predicate, negative } = sentence;
  const words = [...(isPronoun(subject) ? [subject.french] : nounPhrase(subject)), ...verbWords(sentence)];
  switch (predicate.kind) {
    case 'being':
      words.push(agree(predicate.adjective.french, genderOf(subject), isPlural(subject)));
      break;
    case 'being there':
      words.push(...predicate.place.preposition.french, ...nounPhrase(predicate.place.phrase));
      break;
    case 'going':
      words.push('à', ...nounPhrase(predicate.to));
      break;
    case 'doing':
      if (predicate.object) words.push(...nounPhrase(predicate.object, negative));
      if (predicate.place) words.push(...predicate.place.preposition.french, ...nounPhrase(predicate.place.phrase));
  }
  return contract(elide(words)).join(' ');
}

/** The verb with its tense, and ne and pas around what is conjugated. */
function verbWords({ subject, tense, negative, predicate }: Sentence): string[] {
  const verb: FrenchVerb = predicate.kind === 'being' || predicate.kind === 'being there' ? be : predicate.verb.french;
  const person = isPronoun(subject) ? subject.person : subject.plural ? 5 : 2;
  const conjugated = (): string[] => {
    if (tense === 'present') return [verb.present[person]];
    if (tense === 'future') return [go.french.present[person], verb.infinitive];
    if (verb.imperfect) return [verb.imperfect[person]];
    if (verb.participle.length === 1) return [have.french.present[person], verb.participle[0]];
    return [be.present[person], agree(verb.participle, genderOf(subject), isPlural(subject))];
  };
  const [finite, ...rest] = conjugated();
  return negative ? ['ne', finite, 'pas', ...rest] : [finite, ...rest];
}

/** @param denied whether it is the object of a verb with ne ... pas, where any un, une, des becomes de */
function nounPhrase({ determiner, noun, plural, adjectives, owner }: NounPhrase, denied = false): string[] {
  const name = noun.french[plural ? 1 : 0];
  const before = adjectives.filter(({ position }) => position === 'before');
  const after = adjectives.filter(({ position }) => position === 'after');
  const bel = !plural && noun.gender === 'masculine' && startsWithVowel(name);
  const words = [
    ...before.map((adjective) => (bel && adjective.beforeVowel) || agree(adjective.french, noun.gender, plural)),
    name,
    ...after.map((adjective) => agree(adjective.french, noun.gender, plural)),
    ...(owner ? ['de', ...nounPhrase(owner)] : []),
  ];
  if (determiner === 'two') return ['deux', ...words];
  if (determiner === 'many') return ['beaucoup', 'de', ...words];
  // "De petits chats" and not "des", as grammars ask of an adjective in front.
  if (determiner === 'a' && (denied || (plural && before.length > 0))) return ['de', ...words];
  return [determinerForms[determiner][plural ? 2 : noun.gender === 'masculine' ? 0 : 1], ...words];
}

function agree(forms: readonly string[], gender: Gender, plural: boolean): string {
  return forms[(plural ? 2 : 0) + (gender === 'feminine' ? 1 : 0)];
}

function genderOf(subject: Sentence['subject']): Gender {
  return isPronoun(subject) ? subject.gender : subject.noun.gender;
}

function isPlural(subject: Sentence['subject']): boolean {
  return isPronoun(subject) ? subject.person > 2 : subject.plural;
}

/** Also "cet" and "mon", which keep two vowels apart in another way. */
function elide(words: readonly string[]): string[] {
  return words.map((word, at) => (at + 1 < words.length && startsWithVowel(words[at + 1]) && beforeVowel[word]) || word);
}

function contract(words: readonly string[]): string[] {
  const contracted: string[] = [];
  for (const word of words) {
    const joined = contractions[`${contracted.at(-1)} ${word}`];
    if (joined) contracted[contracted.length - 1] = joined;
    else contracted.push(word);
  }
  return contracted;
}

/** In sound: a mute h does not count. */
function startsWithVowel(word: string): boolean {
  return /^[aeiouâéèêœh]/.test(word);
}
