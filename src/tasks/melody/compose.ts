/** Composes tunes of the form AABA: what the task `melody` learns to continue. */
import type { Random } from '../../data/random.ts';
import { barLine, endMark, type Note, writeNote } from './notes.ts';
import { cadences, contours, keys, progressions, rhythms } from './patterns.ts';

/** Of a bar of a returning phrase, that one of its notes is adorned. */
const variation = 1 / 8;

/** Random choices that know how much they decided. */
export interface Choices {
  pick<Item>(items: readonly Item[]): Item;
  chance(probability: number): boolean;
  /** Entropy of all choices so far, in bits; no predictor can need fewer bits for tunes, on average, than the choices that made them differ. */
  bits(): number;
}

/** What makes a phrase: the chord, rhythm and contour of its first bar, and of its second. */
interface Phrase {
  readonly roots: readonly [number, number];
  readonly rhythms: readonly [readonly number[], readonly number[]];
  readonly contours: readonly [readonly number[], readonly number[]];
}

interface Tune {
  readonly barLength: 8 | 6;
  readonly key: (typeof keys)[number];
  readonly cadence: (typeof cadences)[8][number];
}

export function createChoices(random: Random): Choices {
  let bits = 0;
  return {
    pick(items) {
      bits += Math.log2(items.length);
      return items[random.integer(items.length)];
    },
    chance(probability) {
      bits -= probability * Math.log2(probability) + (1 - probability) * Math.log2(1 - probability);
      return random.uniform() < probability;
    },
    bits: () => bits,
  };
}

/**
 * One tune of sixteen bars as words, `end` last. It has a key, common time or waltz, and two phrases of four bars: A, heard three times, and B
 * before the last A. In a phrase the third bar is the first again; the fourth is a cadence, open (on the dominant) after the first A and after B,
 * closed (on the tonic) after the second and the last. The bars of B have the rhythms of A's, the other way round. When A returns, one bar in
 * eight is varied.
 */
export function composeTune(choices: Choices): string[] {
  const { pick } = choices;
  const barLength = pick([8, 6] as const);
  const tune: Tune = { barLength, key: pick(keys), cadence: pick(cadences[barLength]) };
  const [first, second] = pickTwo(choices, rhythms[barLength]);
  const verse: Phrase = { roots: pick(progressions.verse), rhythms: [first, second], contours: pickTwo(choices, contours) };
  const bridge: Phrase = { roots: pick(progressions.bridge), rhythms: [second, first], contours: pickTwo(choices, contours) };
  return [
    ...writePhrase(tune, verse, 'open'),
    ...writePhrase(tune, verse, 'closed', choices),
    ...writePhrase(tune, bridge, 'open'),
    ...writePhrase(tune, verse, 'closed', choices),
    endMark,
  ];
}

/** Two different ones, in order. */
function pickTwo<Item>({ pick }: Choices, items: readonly Item[]): [Item, Item] {
  const first = pick(items);
  return [first, pick(items.filter((item) => item !== first))];
}

/** @param choices with them, bars may be varied */
function writePhrase(tune: Tune, phrase: Phrase, ending: 'open' | 'closed', choices?: Choices): string[] {
  const bars = [0, 1, 0].map((motif) => {
    const notes = writeBar(tune, phrase.roots[motif], phrase.rhythms[motif], phrase.contours[motif]);
    return choices?.chance(variation) ? adorn(tune, notes) : notes;
  });
  const cadence = writeBar(tune, ending === 'open' ? 4 : 0, tune.cadence.rhythm, tune.cadence.steps);
  return [...bars, cadence].flatMap((notes) => [...notes.map(writeNote), barLine]);
}

function writeBar({ key }: Tune, root: number, rhythm: readonly number[], steps: readonly number[]): Note[] {
  return rhythm.map((length, index) => ({ pitch: pitchAt(key, root + steps[index]), length }));
}

/** Steps above the tonic as a pitch, moved by octaves into the ten notes of the key. */
function pitchAt({ pitches, tonic }: Tune['key'], step: number): number {
  let place = tonic + step;
  while (place >= pitches.length) place -= 7;
  while (place < 0) place += 7;
  return pitches[place];
}

/** The first note of two eighths becomes a turn: itself and the neighbour above; a bar without one stays. */
function adorn({ key }: Tune, notes: readonly Note[]): readonly Note[] {
  const place = notes.findIndex(({ length }) => length === 2);
  if (place < 0) return notes;
  const { pitch } = notes[place];
  const above = key.pitches[Math.min(key.pitches.indexOf(pitch) + 1, key.pitches.length - 1)];
  return [...notes.slice(0, place), { pitch, length: 1 }, { pitch: above, length: 1 }, ...notes.slice(place + 1)];
}
