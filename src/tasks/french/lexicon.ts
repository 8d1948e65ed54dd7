/**
 * The words that both languages share out among themselves. A string of forms lists them in a fixed order, told at each field; every h in the
 * French words is mute.
 */

export type Gender = 'masculine' | 'feminine';

/** What a noun or an adjective is about; decides what goes with what. */
export type Being = 'person' | 'animal' | 'thing' | 'food' | 'place';

export interface Noun {
  readonly being: Being;
  readonly gender: Gender;
  /** Singular, plural. */
  readonly english: readonly string[];
  readonly french: readonly string[];
}

export interface Adjective {
  readonly english: string;
  /** Masculine and feminine singular, masculine and feminine plural. */
  readonly french: readonly string[];
  /** Masculine singular in front of a vowel, where it differs. */
  readonly beforeVowel?: string;
  /** Where French puts it beside its noun; English has all before the noun. */
  readonly position: 'before' | 'after';
  readonly of: readonly Being[];
}

export interface Verb {
  /** Infinitive, third person singular of the present, past. */
  readonly english: readonly string[];
  readonly french: FrenchVerb;
}

export interface FrenchVerb {
  readonly infinitive: string;
  /** je, tu, il, nous, vous, ils. */
  readonly present: readonly string[];
  /** The past of what lasts, in the same order; where it is missing, the past is avoir or être and the participle. */
  readonly imperfect?: readonly string[];
  /** Past participle: one form with avoir; with être, the four forms of an adjective. */
  readonly participle: readonly string[];
}

/** A verb with an object. */
export interface TransitiveVerb extends Verb {
  readonly subjects: readonly Being[];
  readonly objects: readonly Being[];
  /** Whether its object is always a known one, as "the cat" or "my cat": one does not like "a cat". */
  readonly definite?: boolean;
}

const animate = ['person', 'animal'] as const;
const inanimate = ['thing', 'food', 'place'] as const;
const everything = [...animate, ...inanimate] as const;

const noun = (being: Being, gender: 'm' | 'f', english: string, french: string): Noun => ({
  being,
  gender: gender === 'm' ? 'masculine' : 'feminine',
  english: forms(english, 2),
  french: forms(french, 2),
});

export const nouns: readonly Noun[] = [
  noun('person', 'm', 'boy boys', 'garçon garçons'),
  noun('person', 'f', 'girl girls', 'fille filles'),
  noun('person', 'm', 'man men', 'homme hommes'),
  noun('person', 'f', 'woman women', 'femme femmes'),
  noun('person', 'm', 'child children', 'enfant enfants'),
  noun('animal', 'm', 'cat cats', 'chat chats'),
  noun('animal', 'm', 'bird birds', 'oiseau oiseaux'),
  noun('animal', 'm', 'horse horses', 'cheval chevaux'),
  noun('animal', 'f', 'cow cows', 'vache vaches'),
  noun('thing', 'm', 'book books', 'livre livres'),
  noun('thing', 'f', 'picture pictures', 'image images'),
  noun('thing', 'm', 'tree trees', 'arbre arbres'),
  noun('food', 'f', 'apple apples', 'pomme pommes'),
  noun('food', 'm', 'egg eggs', 'œuf œufs'),
  noun('food', 'm', 'cake cakes', 'gâteau gâteaux'),
  noun('place', 'f', 'house houses', 'maison maisons'),
  noun('place', 'm', 'garden gardens', 'jardin jardins'),
  noun('place', 'f', 'school schools', 'école écoles'),
];

const adjective = (
  position: Adjective['position'],
  of: Adjective['of'],
  english: string,
  french: string,
  beforeVowel?: string,
): Adjective => ({
  position,
  of,
  english,
  french: forms(french, 4),
  beforeVowel,
});

export const adjectives: readonly Adjective[] = [
  adjective('before', everything, 'small', 'petit petite petits petites'),
  adjective('before', ['animal', ...inanimate], 'big', 'grand grande grands grandes'), // of a man it would mean great
  adjective('before', everything, 'old', 'vieux vieille vieux vieilles', 'vieil'),
  adjective('before', everything, 'beautiful', 'beau belle beaux belles', 'bel'),
  adjective('before', inanimate, 'new', 'nouveau nouvelle nouveaux nouvelles', 'nouvel'),
  adjective('after', ['animal', 'thing'], 'black', 'noir noire noirs noires'),
  adjective('after', inanimate, 'red', 'rouge rouge rouges rouges'),
  adjective('after', animate, 'happy', 'content contente contents contentes'),
  adjective('after', animate, 'tired', 'fatigué fatiguée fatigués fatiguées'),
];

const transitive = (
  english: string,
  infinitive: string,
  present: string,
  participle: string,
  goesWith: Pick<TransitiveVerb, 'subjects' | 'objects' | 'definite'>,
): TransitiveVerb => ({
  english: forms(english, 3),
  french: { infinitive, present: forms(present, 6), participle: [participle] },
  ...goesWith,
});

const sellable = ['animal', ...inanimate] as const;

export const have: TransitiveVerb = {
  english: forms('have has had', 3),
  french: {
    infinitive: 'avoir',
    present: forms('ai as a avons avez ont', 6),
    imperfect: forms('avais avais avait avions aviez avaient', 6),
    participle: ['eu'],
  },
  subjects: ['person'],
  objects: sellable,
};

export const transitiveVerbs: readonly TransitiveVerb[] = [
  have,
  transitive('see sees saw', 'voir', 'vois vois voit voyons voyez voient', 'vu', { subjects: animate, objects: everything }),
  transitive('find finds found', 'trouver', 'trouve trouves trouve trouvons trouvez trouvent', 'trouvé', {
    subjects: animate,
    objects: everything,
  }),
  transitive('like likes liked', 'aimer', 'aime aimes aime aimons aimez aiment', 'aimé', {
    subjects: animate,
    objects: everything,
    definite: true,
  }),
  transitive('buy buys bought', 'acheter', 'achète achètes achète achetons achetez achètent', 'acheté', {
    subjects: ['person'],
    objects: sellable,
  }),
  transitive('choose chooses chose', 'choisir', 'choisis choisis choisit choisissons choisissez choisissent', 'choisi', {
    subjects: ['person'],
    objects: sellable,
  }),
  transitive('eat eats ate', 'manger', 'mange manges mange mangeons mangez mangent', 'mangé', { subjects: animate, objects: ['food'] }),
];

export const be: FrenchVerb = {
  infinitive: 'être',
  present: forms('suis es est sommes êtes sont', 6),
  imperfect: forms('étais étais était étions étiez étaient', 6),
  participle: ['été'],
};

export const go: Verb = {
  english: forms('go goes went', 3),
  french: { infinitive: 'aller', present: forms('vais vas va allons allez vont', 6), participle: forms('allé allée allés allées', 4) },
};

export const sleep: Verb = {
  english: forms('sleep sleeps slept', 3),
  french: { infinitive: 'dormir', present: forms('dors dors dort dormons dormez dorment', 6), participle: ['dormi'] },
};

/** Persons by number: I, you, he or she, we, you all, they. What stands for people of no known gender is masculine in French. */
export const pronouns = [
  { english: 'I', french: 'je', person: 0, gender: 'masculine' },
  { english: 'you', french: 'tu', person: 1, gender: 'masculine' },
  { english: 'he', french: 'il', person: 2, gender: 'masculine' },
  { english: 'she', french: 'elle', person: 2, gender: 'feminine' },
  { english: 'we', french: 'nous', person: 3, gender: 'masculine' },
  { english: 'you all', french: 'vous', person: 4, gender: 'masculine' },
  { english: 'they', french: 'ils', person: 5, gender: 'masculine' },
] as const satisfies readonly { english: string; french: string; person: number; gender: Gender }[];

export type Pronoun = (typeof pronouns)[number];

/** English to French; before a `le` or `les` that follows, `de` melts into du or des. */
export const prepositions = [
  { english: 'in', french: ['dans'], before: ['place'] },
  { english: 'near', french: ['près', 'de'], before: ['animal', 'person', 'thing', 'place'] },
  { english: 'behind', french: ['derrière'], before: ['animal', 'person', 'thing', 'place'] },
  { english: 'with', french: ['avec'], before: ['person', 'animal'] },
] as const satisfies readonly { english: string; french: readonly string[]; before: readonly Being[] }[];

export type Preposition = (typeof prepositions)[number];

function forms(text: string, count: number): string[] {
  const list = text.split(' ');
  if (list.length !== count) throw new RangeError(`'${text}' has ${list.length} forms, ${count} are wanted`);
  return list;
}
