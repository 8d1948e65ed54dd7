/** Words by what they may be; most of them may be several things. All lower-case; no noun in the singular begins with a vowel sound. */

/** Nouns whose forms are also verbs that want an object: `the guards`, `he guards the gate`. */
const actsOnThings = pairs(
  'watch/watches paint/paints plan/plans book/books guard/guards water/waters ship/ships plant/plants train/trains cook/cooks cover/covers mark/marks judge/judges light/lights',
);
/** Nouns whose forms are also verbs without an object: `the runs`, `he runs`. */
const acts = pairs('run/runs walk/walks dance/dances fly/flies dream/dreams rest/rests swim/swims fall/falls march/marches rise/rises');
/** Adjectives that are also verbs with an object: `the dry cloth`, `they dry the cloth`. */
const qualitiesThatAct = pairs(
  'dry/dries warm/warms cool/cools calm/calms empty/empties clear/clears clean/cleans tame/tames light/lights',
);
/** Adjectives that are also nouns: `the cold water`, `the cold`. */
const qualitiesOfThings = pairs(
  'cold/colds sweet/sweets novel/novels patient/patients native/natives giant/giants light/lights local/locals calm/calms green/greens',
);
/** Adjectives that are also adverbs: `the fast ship`, `it runs fast`. */
const qualitiesOfActs = words('fast hard late daily straight low');
const onlyThings = pairs('dog/dogs boat/boats child/children garden/gardens river/rivers teacher/teachers');
/** Auxiliaries that are also nouns: `the can`, `he can swim`. */
const powers = words('can will might must');

const singular = (list: readonly (readonly [string, string])[]): readonly string[] => list.map(([first]) => first);
const plural = (list: readonly (readonly [string, string])[]): readonly string[] => list.map(([, second]) => second);
const things = [actsOnThings, acts, qualitiesOfThings, onlyThings];

export const nouns = {
  singular: [...things.flatMap(singular), ...powers],
  plural: things.flatMap(plural),
} as const;

/** `base` after to, auxiliaries and plural subjects; `third` after he, she, it and one thing. */
export const verbs = {
  withObject: {
    base: [...singular(actsOnThings), ...singular(qualitiesThatAct), 'like', 'see'],
    third: [...plural(actsOnThings), ...plural(qualitiesThatAct), 'likes', 'sees'],
    past: words('painted marked covered loved guarded cleaned warmed emptied'),
  },
  withoutObject: { base: singular(acts), third: plural(acts), past: words('ran walked danced marched rested') },
  /** Before a clause with `that`. */
  ofSaying: { base: words('know say think dream'), third: words('knows says thinks dreams'), past: words('knew said thought') },
  /** Before `to` and a verb. */
  ofWishing: { base: words('want hope plan'), third: words('wants hopes plans'), past: words('wanted hoped planned') },
} as const;

/** Participles among them: `the painted boat`, `he painted the boat`. */
export const adjectives = [
  ...new Set([...singular(qualitiesThatAct), ...singular(qualitiesOfThings), ...qualitiesOfActs]),
  ...words('painted marked covered loved guarded cleaned old small'),
];

export const adverbs = {
  /** After the verb; the last six also stand before a noun: `down the hill`. */
  after: [...qualitiesOfActs, ...words('slowly again down past round before after in')],
  /** Before the verb. */
  before: words('often never always once'),
  ofDegree: words('very rather pretty'),
} as const;

/** `like` is a verb too, `to` stands before a verb too. */
export const prepositions = words('down past round before after in like near to');
/** Before a whole clause; most are prepositions too. */
export const conjunctions = words('before after because once');

export const determiners = {
  singular: words('the this that each her his my'),
  plural: words('the these those some many few both her his my'),
} as const;

export const pronouns = {
  third: words('he she it this that each'),
  other: words('they we i you these those some many few both'),
  object: words('him her them it this that these those some'),
} as const;

export const auxiliaries = {
  modal: powers,
  third: words('is was'),
  other: words('are were'),
} as const;

function words(list: string): readonly string[] {
  return list.split(' ');
}

function pairs(list: string): readonly (readonly [string, string])[] {
  return words(list).map((pair) => pair.split('/') as [string, string]);
}
