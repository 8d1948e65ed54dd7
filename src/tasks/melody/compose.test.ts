import { expect, test } from 'vitest';
import { createRandom } from '../../data/random.ts';
import { composeTune, createChoices } from './compose.ts';
import { readNote } from './notes.ts';
import { cadences, contours, keys, progressions, rhythms } from './patterns.ts';

const choices = createChoices(createRandom(1));
const tunes = Array.from({ length: 500 }, () => composeTune(choices));

/** The bars of a tune, `end` left out. */
const barsOf = (words: readonly string[]): string[] =>
  words
    .join(' ')
    .replace(/ end$/, '')
    .split('|')
    .map((bar) => bar.trim())
    .filter((bar) => bar !== '');

const notesOf = (words: string) => words.split(' ').flatMap((word) => readNote(word) ?? []);

test('sixteen bars of one length, then the end', () => {
  const lengths = tunes.map((words) => {
    expect(words.at(-1)).toBe('end');
    expect(words.filter((word) => word === 'end')).toHaveLength(1);
    const bars = barsOf(words).map((bar) => notesOf(bar).reduce((sum, { length }) => sum + length, 0));
    expect(bars).toHaveLength(16);
    expect(new Set(bars).size).toBe(1);
    return bars[0];
  });
  expect(new Set(lengths)).toEqual(new Set([6, 8]));
});

test('a tune keeps its key and comes to rest on the tonic, after B and the first A on the dominant', () => {
  for (const words of tunes) {
    const bars = barsOf(words);
    const pitches = notesOf(words.join(' ')).map(({ pitch }) => pitch);
    const last = (bar: number) => (notesOf(bars[bar]).at(-1)?.pitch ?? 0) % 12;
    const tonic = last(15);
    const key = keys.find(({ pitches: scale, tonic: place }) => scale[place] % 12 === tonic);
    expect(key && pitches.every((pitch) => key.pitches.includes(pitch))).toBe(true);
    expect([last(3), last(7), last(11)]).toEqual([(tonic + 7) % 12, tonic, (tonic + 7) % 12]);
  }
});

test('A returns: most bars as they were, the varied ones within one note', () => {
  let varied = 0;
  for (const words of tunes) {
    const bars = barsOf(words);
    for (const [first, again] of [0, 1, 2].flatMap((bar) => [
      [bar, bar + 4],
      [bar, bar + 12],
    ])) {
      if (bars[first] === bars[again]) continue;
      varied++;
      expect(bars[again].split(' ')).toHaveLength(bars[first].split(' ').length + 1);
    }
    expect(bars[7]).toBe(bars[15]);
    expect(bars[3]).toBe(bars[11]);
  }
  // One in eight, but for bars without a note of two eighths.
  expect(varied / (500 * 6)).toBeGreaterThan(0.08);
  expect(varied / (500 * 6)).toBeLessThan(0.14);
});

test('the third bar is the first again, and B has the rhythms of A the other way round', () => {
  for (const words of tunes) {
    const bars = barsOf(words);
    const rhythmOf = (bar: number) => notesOf(bars[bar]).map(({ length }) => length);
    expect([bars[2], bars[10]]).toEqual([bars[0], bars[8]]);
    expect([rhythmOf(8), rhythmOf(9)]).toEqual([rhythmOf(1), rhythmOf(0)]);
  }
});

test('choices add up what they decide', () => {
  const counted = createChoices(createRandom(1));
  counted.pick([1, 2, 3, 4]);
  counted.chance(0.5);
  counted.pick(['only one']);
  expect(counted.bits()).toBe(3);
  expect(choices.bits() / 500).toBeGreaterThan(25);
  expect(choices.bits() / 500).toBeLessThan(35);
});

test('patterns fill their bars, contours have a note for each of a rhythm', () => {
  for (const length of [8, 6] as const) {
    for (const rhythm of [...rhythms[length], ...cadences[length].map((cadence) => cadence.rhythm)]) {
      expect(rhythm.reduce((sum, value) => sum + value, 0)).toBe(length);
      for (const contour of contours) expect(contour.length).toBeGreaterThanOrEqual(rhythm.length);
    }
    for (const { rhythm, steps } of cadences[length]) expect(steps).toHaveLength(rhythm.length);
  }
  for (const list of [contours, progressions.verse, progressions.bridge, ...Object.values(rhythms)]) {
    expect(new Set(list.map(String)).size).toBe(list.length);
  }
});
