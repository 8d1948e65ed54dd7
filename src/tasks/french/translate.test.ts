import { describe, expect, test } from 'vitest';
import { english } from './english.ts';
import { adjectives, go, nouns, prepositions, pronouns, sleep, transitiveVerbs } from './lexicon.ts';
import type { Determiner, NounPhrase, Place, Predicate, Sentence } from './sentence.ts';
import { french } from './translate.ts';

/** The entry of a word list of that English name, in any of its forms. */
const named = <Entry extends { readonly english: string | readonly string[] }>(entries: readonly Entry[], name: string): Entry => {
  const found = entries.find(({ english }) => english === name || english.includes(name));
  if (!found) throw new RangeError(`no entry is called ${name}`);
  return found;
};

/** "the small black cats" */
const phrase = (text: string, owner?: NounPhrase): NounPhrase => {
  const words = text.split(' ');
  const name = words[words.length - 1];
  const noun = named(nouns, name);
  return {
    determiner: words[0] as Determiner,
    noun,
    plural: name === noun.english[1],
    adjectives: words.slice(1, -1).map((word) => named(adjectives, word)),
    owner,
  };
};
const place = (preposition: string, text: string): Place => ({ preposition: named(prepositions, preposition), phrase: phrase(text) });
const subject = (text: string): Sentence['subject'] => pronouns.find((pronoun) => pronoun.english === text) ?? phrase(text);
const is = (adjective: string): Predicate => ({ kind: 'being', adjective: named(adjectives, adjective) });
const at = (preposition: string, text: string): Predicate => ({ kind: 'being there', place: place(preposition, text) });
const goes = (text: string): Predicate => ({ kind: 'going', verb: go, to: phrase(text) });
const sleeps = (where?: Place): Predicate => ({ kind: 'doing', verb: sleep, place: where });
const does = (verb: string, object: string | NounPhrase, where?: Place): Predicate => ({
  kind: 'doing',
  verb: named(transitiveVerbs, verb),
  object: typeof object === 'string' ? phrase(object) : object,
  place: where,
});

type Said = [subject: string, predicate: Predicate, english: string, french: string];

const sentences = (tense: Sentence['tense'], negative: boolean, said: readonly Said[]) =>
  test.each(said)('%s %# "$2" is "$3"', (who, predicate, inEnglish, inFrench) => {
    const sentence: Sentence = { subject: subject(who), tense, negative, predicate };
    expect(english(sentence)).toBe(inEnglish);
    expect(french(sentence)).toBe(inFrench);
  });

describe('gender and number', () => {
  sentences('present', false, [
    ['the cat', is('small'), 'the cat is small', 'le chat est petit'],
    ['the cow', is('small'), 'the cow is small', 'la vache est petite'],
    ['the cats', is('small'), 'the cats are small', 'les chats sont petits'],
    ['the cows', is('small'), 'the cows are small', 'les vaches sont petites'],
    ['a apple', is('old'), 'an apple is old', 'une pomme est vieille'],
    ['a old book', is('red'), 'an old book is red', 'un vieux livre est rouge'],
    ['two horses', is('old'), 'two horses are old', 'deux chevaux sont vieux'],
    ['she', is('tired'), 'she is tired', 'elle est fatiguée'],
    ['they', is('happy'), 'they are happy', 'ils sont contents'],
    ['this girls', is('beautiful'), 'these girls are beautiful', 'ces filles sont belles'],
    ['the small black cow', sleeps(), 'the small black cow sleeps', 'la petite vache noire dort'],
    ['a new red houses', is('big'), 'some new red houses are big', 'de nouvelles maisons rouges sont grandes'],
    ['a red houses', is('big'), 'some red houses are big', 'des maisons rouges sont grandes'],
    ['their cakes', is('new'), 'their cakes are new', 'leurs gâteaux sont nouveaux'],
  ]);
});

describe('in front of a vowel', () => {
  sentences('present', false, [
    ['the school', is('new'), 'the school is new', "l' école est nouvelle"],
    ['the man', is('old'), 'the man is old', "l' homme est vieux"],
    ['the old man', is('happy'), 'the old man is happy', 'le vieil homme est content'],
    ['the old men', is('happy'), 'the old men are happy', 'les vieux hommes sont contents'],
    ['the beautiful bird', is('tired'), 'the beautiful bird is tired', 'le bel oiseau est fatigué'],
    ['a new tree', is('small'), 'a new tree is small', 'un nouvel arbre est petit'],
    ['a new school', is('small'), 'a new school is small', 'une nouvelle école est petite'],
    ['this man', sleeps(), 'this man sleeps', 'cet homme dort'],
    ['this old horse', sleeps(), 'this old horse sleeps', 'ce vieux cheval dort'],
    ['this school', is('big'), 'this school is big', 'cette école est grande'],
    ['my school', is('big'), 'my school is big', 'mon école est grande'],
    ['my big school', is('red'), 'my big school is red', 'ma grande école est rouge'],
    ['her picture', is('beautiful'), 'her picture is beautiful', 'son image est belle'],
    ['his house', is('beautiful'), 'his house is beautiful', 'sa maison est belle'],
    ['I', does('buy', 'many eggs'), 'I buy many eggs', "j' achète beaucoup d' œufs"],
    ['I', does('see', 'many old birds'), 'I see many old birds', 'je vois beaucoup de vieux oiseaux'],
    ['I', does('have', 'a egg'), 'I have an egg', "j' ai un œuf"],
  ]);
});

describe('de and à with the article', () => {
  sentences('present', false, [
    ['we', at('near', 'the garden'), 'we are near the garden', 'nous sommes près du jardin'],
    ['we', at('near', 'the house'), 'we are near the house', 'nous sommes près de la maison'],
    ['we', at('near', 'the trees'), 'we are near the trees', 'nous sommes près des arbres'],
    ['we', at('near', 'the tree'), 'we are near the tree', "nous sommes près de l' arbre"],
    ['we', at('near', 'a tree'), 'we are near a tree', "nous sommes près d' un arbre"],
    ['we', at('near', 'this trees'), 'we are near these trees', 'nous sommes près de ces arbres'],
    ['you', goes('the garden'), 'you go to the garden', 'tu vas au jardin'],
    ['you', goes('the school'), 'you go to the school', "tu vas à l' école"],
    ['you', goes('the old school'), 'you go to the old school', 'tu vas à la vieille école'],
    ['you', goes('the schools'), 'you go to the schools', 'tu vas aux écoles'],
    ['he', does('eat', phrase('the cake', phrase('the child'))), 'he eats the cake of the child', "il mange le gâteau de l' enfant"],
    ['he', does('eat', phrase('the eggs', phrase('the boy'))), 'he eats the eggs of the boy', 'il mange les œufs du garçon'],
    ['he', does('eat', phrase('the egg', phrase('a girl'))), 'he eats the egg of a girl', "il mange l' œuf d' une fille"],
  ]);
});

describe('persons', () => {
  sentences('present', false, [
    ['I', does('choose', 'the book'), 'I choose the book', 'je choisis le livre'],
    ['you', does('eat', 'my apple'), 'you eat my apple', 'tu manges ma pomme'],
    ['a boy', does('choose', 'our cow'), 'a boy chooses our cow', 'un garçon choisit notre vache'],
    ['we', does('eat', 'the apples'), 'we eat the apples', 'nous mangeons les pommes'],
    ['you all', does('see', 'the girl'), 'you all see the girl', 'vous voyez la fille'],
    ['the women', does('buy', 'two cakes'), 'the women buy two cakes', 'les femmes achètent deux gâteaux'],
    ['many children', goes('our school'), 'many children go to our school', "beaucoup d' enfants vont à notre école"],
  ]);
});

describe('not', () => {
  sentences('present', true, [
    ['I', does('like', 'this cake'), 'I do not like this cake', "je n' aime pas ce gâteau"],
    ['she', does('see', 'the bird'), 'she does not see the bird', "elle ne voit pas l' oiseau"],
    ['she', does('see', 'a bird'), 'she does not see a bird', "elle ne voit pas d' oiseau"],
    ['she', does('see', 'a old bird'), 'she does not see an old bird', 'elle ne voit pas de vieil oiseau'],
    ['the boys', does('have', 'a apples'), 'the boys do not have any apples', "les garçons n' ont pas de pommes"],
    ['you all', is('tired'), 'you all are not tired', "vous n' êtes pas fatigués"],
    ['the cat', sleeps(place('behind', 'a tree')), 'the cat does not sleep behind a tree', 'le chat ne dort pas derrière un arbre'],
  ]);
});

describe('past', () => {
  sentences('past', false, [
    ['I', does('find', 'her cat'), 'I found her cat', "j' ai trouvé son chat"],
    ['the girl', goes('the house'), 'the girl went to the house', 'la fille est allée à la maison'],
    ['the girls', goes('the house'), 'the girls went to the house', 'les filles sont allées à la maison'],
    ['he', goes('his school'), 'he went to his school', 'il est allé à son école'],
    ['we', goes('her garden'), 'we went to her garden', 'nous sommes allés à son jardin'],
    ['the eggs', is('old'), 'the eggs were old', 'les œufs étaient vieux'],
    ['I', does('have', 'a horse'), 'I had a horse', "j' avais un cheval"],
  ]);
});

describe('past, not', () => {
  sentences('past', true, [
    ['the woman', does('buy', 'a pictures'), 'the woman did not buy any pictures', "la femme n' a pas acheté d' images"],
    ['the cows', goes('the garden'), 'the cows did not go to the garden', 'les vaches ne sont pas allées au jardin'],
    ['I', at('in', 'the school'), 'I was not in the school', "je n' étais pas dans l' école"],
    ['you', does('have', 'a cat'), 'you did not have a cat', "tu n' avais pas de chat"],
  ]);
});

describe('future', () => {
  sentences('future', false, [
    ['we', does('have', 'a garden'), 'we are going to have a garden', 'nous allons avoir un jardin'],
    ['I', goes('my house'), 'I am going to go to my house', 'je vais aller à ma maison'],
    ['her cow', is('happy'), 'her cow is going to be happy', 'sa vache va être contente'],
  ]);
});

describe('future, not', () => {
  sentences('future', true, [
    ['they', does('eat', 'a egg'), 'they are not going to eat an egg', "ils ne vont pas manger d' œuf"],
    ['you all', at('with', 'the man'), 'you all are not going to be with the man', "vous n' allez pas être avec l' homme"],
  ]);
});
