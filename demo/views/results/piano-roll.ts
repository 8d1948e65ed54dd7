/** Words of a tune as notes in time. Pure. */
import { readNote } from '../../../src/tasks/melody/notes.ts';

export interface PlacedNote {
  readonly word: number;
  readonly pitch: number;
  /** In eighths, from the beginning. */
  readonly start: number;
  readonly length: number;
}

export interface PianoRoll {
  readonly notes: readonly PlacedNote[];
  /** Starts of bars in eighths. */
  readonly bars: readonly number[];
  readonly length: number;
  readonly low: number;
  readonly high: number;
}

/** Silence behind `end`, as the synthesizer plays it. */
const pause = 4;

/** What is no note, bar line or end, as a young network may write, takes no time. */
export function pianoRoll(words: readonly string[]): PianoRoll {
  const notes: PlacedNote[] = [];
  const bars: number[] = [];
  let time = 0;
  for (const [word, text] of words.entries()) {
    if (text === '|') bars.push(time);
    else if (text === 'end') time += pause;
    else {
      const note = noteOf(text);
      if (!note) continue;
      notes.push({ word, pitch: note.pitch, start: time, length: note.length });
      time += note.length;
    }
  }
  const pitches = notes.map(({ pitch }) => pitch);
  return {
    notes,
    bars,
    length: time,
    low: pitches.length > 0 ? Math.min(...pitches) : 60,
    high: pitches.length > 0 ? Math.max(...pitches) : 72,
  };
}

function noteOf(word: string): { readonly pitch: number; readonly length: number } | undefined {
  try {
    return readNote(word);
  } catch {
    return undefined;
  }
}

/** What can be played of these words. */
export const playable = (words: readonly string[]): string[] => words.filter((word) => word === '|' || word === 'end' || noteOf(word));
