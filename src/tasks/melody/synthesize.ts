/** Tunes as sound: one voice, plucked, with the overtones of a string and a little of the room behind it. */
import { requireInteger, requirePositive } from '../../spec/validation.ts';
import { endMark, type Note, readNote } from './notes.ts';

/** How a tune is played; all has a default. */
export interface SynthesizeOptions {
  /** Samples per second, default 22,050. */
  readonly sampleRate?: number;
  /** Speed: quarter notes per minute, default 132. */
  readonly quartersPerMinute?: number;
}

const overtones = 6;
const attackSeconds = 0.006;
const releaseSeconds = 0.08;
/** The fundamental falls to 1/e in this time, each overtone sooner. */
const decaySeconds = 0.9;
/** Of one note at its loudest; notes overlap by a release only, and the echo adds 0.22 of it. */
const loudness = 0.6;
const echo = Object.freeze({ seconds: 0.19, level: 0.22 });
/** Silence behind a tune, in eighths. */
const pauseLength = 4;

/**
 * Words of melodies to samples in [-1, 1], mono. Bar lines take no time, the end of a tune a short pause.
 *
 * @param words as the task `melody` writes them: a text, or its words
 * @returns as long as the notes, and a release and an echo behind the last one; nothing for no notes
 * @throws InputError for a word that is no note, bar line or end mark, and for options out of range.
 */
export function synthesize(
  words: string | readonly string[],
  { sampleRate = 22_050, quartersPerMinute = 132 }: SynthesizeOptions = {},
): Float32Array<ArrayBuffer> {
  requireInteger('sampleRate', sampleRate, 1000, 192_000);
  requirePositive('quartersPerMinute', quartersPerMinute);
  const eighth = 30 / quartersPerMinute;
  const placed: { readonly note: Note; readonly start: number }[] = [];
  let time = 0;
  for (const word of typeof words === 'string' ? words.split(/\s+/).filter((part) => part !== '') : words) {
    const note = readNote(word);
    if (note) placed.push({ note, start: time });
    time += (note?.length ?? (word === endMark ? pauseLength : 0)) * eighth;
  }
  if (placed.length === 0) return new Float32Array(0);
  const samples = new Float32Array(Math.ceil((time + releaseSeconds + echo.seconds) * sampleRate));
  for (const { note, start } of placed) pluck(samples, sampleRate, note.pitch, start, note.length * eighth);
  addEcho(samples, Math.round(echo.seconds * sampleRate));
  return samples;
}

/** Adds one note of so many seconds. Overtone k has amplitude 1 / k² and fades k times as fast; those above half the sample rate are left out. */
function pluck(samples: Float32Array, sampleRate: number, pitch: number, start: number, seconds: number): void {
  const frequency = 440 * 2 ** ((pitch - 69) / 12);
  const first = Math.round(start * sampleRate);
  const count = Math.min(Math.ceil((seconds + releaseSeconds) * sampleRate), samples.length - first);
  for (let overtone = 1; overtone <= overtones && overtone * frequency < sampleRate / 2; overtone++) {
    const amplitude = (loudness / 1.5) * overtone ** -2; // Σ 1/k² over six is 1.49
    for (let index = 0; index < count; index++) {
      const t = index / sampleRate;
      const envelope = Math.min(1, t / attackSeconds) * Math.min(1, (seconds + releaseSeconds - t) / releaseSeconds);
      const decay = Math.exp((-t * overtone) / decaySeconds);
      samples[first + index] += amplitude * envelope * decay * Math.sin(2 * Math.PI * overtone * frequency * t);
    }
  }
}

/** What was heard `delay` samples ago, softer; once only. */
function addEcho(samples: Float32Array, delay: number): void {
  for (let index = samples.length - 1; index >= delay; index--) samples[index] += echo.level * samples[index - delay];
}
