/** A tune as notes on a roll, and as sound. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Result } from '../../protocol.ts';
import { useWidth } from '../drawing/hooks.ts';
import { type PianoRoll, pianoRoll, playable } from './piano-roll.ts';

const row = 8;
const quartersPerMinute = 132;
/** Seconds of an eighth. */
const eighth = 30 / quartersPerMinute;

export function MelodyResult({ result: { prompt, words } }: { readonly result: Extract<Result, { kind: 'melody' }> }): JSX.Element {
  const roll = useMemo(() => pianoRoll(words), [words]);
  const given = prompt.split(/\s+/).filter(Boolean).length;
  const [ref, width] = useWidth<HTMLDivElement>();
  const { isPlaying, at, toggle } = usePlayer(words);
  const perEighth = Math.max(7, (width - 8) / Math.max(1, roll.length));
  const height = (roll.high - roll.low + 3) * row;
  return (
    <div class="melody" ref={ref}>
      <div class="roll-scroll">
        <svg
          width={Math.max(width - 2, roll.length * perEighth)}
          height={height}
          role="img"
          aria-label={`${roll.notes.length} notes as a piano roll`}
        >
          {Array.from({ length: roll.high - roll.low + 3 }, (_, line) => roll.high + 1 - line).map((pitch, line) =>
            [1, 3, 6, 8, 10].includes(((pitch % 12) + 12) % 12) ? (
              <rect key={pitch} class="black-key" x="0" y={line * row} width="100%" height={row} />
            ) : null,
          )}
          {roll.bars.map((bar, index) => (
            <line key={index} class="bar-line" x1={bar * perEighth} x2={bar * perEighth} y1="0" y2={height} />
          ))}
          {roll.notes.map(({ word, pitch, start, length }) => (
            <rect
              key={word}
              class={`note${word < given ? ' is-given' : ''}${at !== undefined && at >= start && at < start + length ? ' is-sounding' : ''}`}
              x={start * perEighth + 0.5}
              y={(roll.high + 1 - pitch) * row + 0.5}
              width={length * perEighth - 1.5}
              height={row - 1}
              rx="2"
            />
          ))}
          {at !== undefined && <line class="playhead" x1={at * perEighth} x2={at * perEighth} y1="0" y2={height} />}
        </svg>
      </div>
      <p class="roll-foot">
        <button type="button" onClick={toggle} disabled={roll.notes.length === 0}>
          {isPlaying ? 'Stop playing' : 'Play the melody'}
        </button>
        <span class="fact">{extentOf(roll)}</span>
      </p>
    </div>
  );
}

const extentOf = ({ notes, bars }: PianoRoll): string =>
  notes.length === 0
    ? 'no notes yet'
    : `${notes.length} notes, ${bars.length} bars, ${Math.round(notes.reduce((sum, { length }) => sum + length, 0) * eighth)} s`;

/** Plays words; `at` is the time in eighths. The synthesizer is loaded with the first click. */
function usePlayer(words: readonly string[]): { readonly isPlaying: boolean; readonly at: number | undefined; toggle(): void } {
  const [at, setAt] = useState<number>();
  const playing = useRef<{ readonly context: AudioContext; frame: number }>(undefined);
  const stop = (): void => {
    const { current } = playing;
    if (!current) return;
    playing.current = undefined;
    cancelAnimationFrame(current.frame);
    void current.context.close();
    setAt(undefined);
  };
  // a new tune, or leaving, ends the old one
  useEffect(() => stop, [words]);
  const play = async (): Promise<void> => {
    // made within the click, as browsers want it
    const context = new AudioContext();
    const current = { context, frame: 0 };
    playing.current = current;
    const { synthesize } = await import('../../../src/tasks/melody/synthesize.ts');
    if (playing.current !== current) return;
    const samples = synthesize(playable(words), { quartersPerMinute });
    const buffer = context.createBuffer(1, samples.length, 22_050);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.onended = stop;
    const begun = context.currentTime;
    source.start();
    const follow = (): void => {
      setAt((context.currentTime - begun) / eighth);
      current.frame = requestAnimationFrame(follow);
    };
    follow();
  };
  return { isPlaying: at !== undefined, at, toggle: () => (playing.current ? stop() : void play()) };
}
