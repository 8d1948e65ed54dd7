/** The words of reviews that carry or turn an opinion, and what they speak of; all lower-case. Adjectives begin with a consonant: `a`. */

/** Whether an opinion is for (1) or against (-1). */
export type Sign = 1 | -1;

interface Opinions {
  readonly adjectives: readonly string[];
  /** In the past, `i loved the plot`, and after `did not`. */
  readonly verbs: readonly (readonly [past: string, base: string])[];
  /** What a film has: `it has no charm`. */
  readonly nouns: readonly string[];
}

export const praise: Opinions = {
  adjectives: words('good great lovely clever funny moving wonderful brilliant charming fresh gripping warm beautiful superb tender witty'),
  verbs: [
    ['loved', 'love'],
    ['enjoyed', 'enjoy'],
    ['liked', 'like'],
    ['admired', 'admire'],
  ],
  nouns: words('charm wit heart warmth style grace'),
};

export const blame: Opinions = {
  adjectives: words('bad dull boring weak clumsy silly lifeless tired terrible flat messy cold dreadful poor stale tedious'),
  verbs: [
    ['hated', 'hate'],
    ['disliked', 'dislike'],
    ['regretted', 'regret'],
    ['despised', 'despise'],
  ],
  nouns: words('flaws faults mistakes blunders weaknesses lapses'),
};

/** No opinion but after `too`. */
export const measures = words('long slow loud short dark fast bright quiet');

export const parts = words('plot acting ending music story dialogue script cast pacing humour sound photography');
export const subjects = [...parts.map((part) => `the ${part}`), 'the first half', 'the last scene', 'the film', 'the movie'];

/** What the whole is called. */
export const wholes = words('film movie story picture comedy drama thriller');

export const intensifiers = words('very really truly rather deeply');
/** Those that also stand after `not` without leaving a reader in doubt. */
export const mildIntensifiers = words('very really particularly');

/** Turn what follows `is` around. */
export const negations = ['not', 'never', 'hardly', 'far from', 'anything but', 'by no means'];

/** Turn the whole clause around. */
export const denials = [
  'i do not think that',
  'i would not say that',
  'nobody could claim that',
  'it is not true that',
  'i doubt that',
  'nothing proves that',
];

/** Leave the clause as it is, some of them in words that deny. */
export const assurances = [
  'i must say that',
  'i find that',
  'it is clear that',
  'nobody can deny that',
  'i do not doubt that',
  'i know that',
];

/** Join two opinions of the same kind. */
export const agreements = [', and', 'and', ', because'];
/** The same, before a few words instead of a clause. */
export const shortAgreements = ['not least', 'partly', 'also', 'simply'].map((word) => `, ${word} because of`);

/** The opinion after these counts. */
export const turns = [', but', ', yet', ', and still'];

/** The opinion that these begin does not count. */
export const concessions = ['although', 'even though', 'though'];

/** As concessions, before a few words instead of a clause. */
export const shortConcessions = ['despite', 'in spite of'];

function words(list: string): readonly string[] {
  return list.split(' ');
}
