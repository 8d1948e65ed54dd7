import { expect, test } from 'vitest';
import { pianoRoll, playable } from './piano-roll.ts';

const words = ['C4-2', 'E4-1', '|', 'nonsense', 'G4-4', '|', 'end', 'C4-1'];

test('notes follow each other, bars take no time, the end a pause', () => {
  const { notes, bars, length, low, high } = pianoRoll(words);
  expect(notes.map(({ word, pitch, start, length: long }) => [word, pitch, start, long])).toEqual([
    [0, 60, 0, 2],
    [1, 64, 2, 1],
    [4, 67, 3, 4],
    [7, 60, 11, 1],
  ]);
  expect([bars, length, low, high]).toEqual([[3, 7], 12, 60, 67]);
});

test('what cannot be played is left out', () => {
  expect(playable(words)).toEqual(words.filter((word) => word !== 'nonsense'));
  expect(pianoRoll(['la', ''])).toMatchObject({ notes: [], length: 0 });
});
