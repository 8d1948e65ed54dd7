/**
 * The words that tunes are written in: `C4-2` is a note, its pitch and its length in eighths; `|` ends a bar, `end` a tune. Sharps are an s, flats a b
 * (Fs4, Bb4): letters, digits and a hyphen are one word wherever text is split into words.
 */
import { InputError } from '../../spec/input-error.ts';
import { describeValue } from '../../spec/validation.ts';

export const barLine = '|';
export const endMark = 'end';

/** A sound of one pitch. */
export interface Note {
  /** Semitones as MIDI counts them: 60 is C4, 69 is A4 of 440 Hz. */
  readonly pitch: number;
  /** In eighths. */
  readonly length: number;
}

const semitones: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const names = ['C', 'Cs', 'D', 'Eb', 'E', 'F', 'Fs', 'G', 'Gs', 'A', 'Bb', 'B'];

/** The note as a word, black keys as Cs, Eb, Fs, Gs and Bb. */
export function writeNote({ pitch, length }: Note): string {
  return `${names[pitch % 12]}${Math.floor(pitch / 12) - 1}-${length}`;
}

/**
 * The note that a word means, nothing for a bar line or an end mark.
 *
 * @throws InputError for any other word.
 */
export function readNote(word: string): Note | undefined {
  if (word === barLine || word === endMark) return undefined;
  const match = /^([A-G])([sb]?)([0-8])-([1-9]\d?)$/.exec(word);
  if (!match)
    throw new InputError(`a word of a melody must be a note such as C4-2, '${barLine}' or '${endMark}', got ${describeValue(word)}`);
  const [, letter, accidental, octave, length] = match;
  const shift = accidental === 's' ? 1 : accidental === 'b' ? -1 : 0;
  return { pitch: 12 * (Number(octave) + 1) + semitones[letter] + shift, length: Number(length) };
}
