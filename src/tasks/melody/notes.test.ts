import { expect, test } from 'vitest';
import { InputError } from '../../spec/input-error.ts';
import { readNote, writeNote } from './notes.ts';

test('by hand: middle C, the A of 440 Hz, black keys both ways', () => {
  expect(readNote('C4-2')).toEqual({ pitch: 60, length: 2 });
  expect(readNote('A4-12')).toEqual({ pitch: 69, length: 12 });
  expect(readNote('Fs4-1')).toEqual(readNote('Gb4-1'));
  expect(readNote('Cb4-1')?.pitch).toBe(59);
  expect(writeNote({ pitch: 70, length: 3 })).toBe('Bb4-3');
});

test('every note of a piano comes back', () => {
  for (let pitch = 21; pitch <= 108; pitch++) {
    for (const length of [1, 2, 3, 4, 6, 8]) expect(readNote(writeNote({ pitch, length }))).toEqual({ pitch, length });
  }
});

test('bar lines and end marks are no notes, anything else is refused', () => {
  expect([readNote('|'), readNote('end')]).toEqual([undefined, undefined]);
  for (const word of ['', 'H4-1', 'C4', 'C4-0', 'C9-1', 'c4-1', 'C4-1 ', '<unknown>']) expect(() => readNote(word)).toThrow(InputError);
  expect(() => readNote('x')).toThrow("a word of a melody must be a note such as C4-2, '|' or 'end', got 'x'");
});
