/** Where a visitor gives the network something of his own to work on. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Query } from '../../protocol.ts';
import { DrawingPad } from './drawing-pad.tsx';

export interface AskProps {
  readonly kind: 'text' | 'sentence' | 'image';
  /** What to call the field, and what to begin with. */
  readonly label: string;
  readonly example: string;
  readonly action: string;
  /** Text: how the network draws; acts at once. */
  readonly temperature?: number;
  readonly onTemperature?: (temperature: number) => void;
  /** Nothing can be asked before a network is trained, or while it answers. */
  readonly disabled?: boolean;
  readonly onAsk: (query: Query) => void;
}

const mostLength = 2000;

export function Ask(props: AskProps): JSX.Element {
  const { kind, label, example, action, temperature, onTemperature, disabled = false, onAsk } = props;
  const [text, setText] = useState(example);
  const [length, setLength] = useState(240);
  if (kind === 'image') return <DrawingPad disabled={disabled} action={action} onDrawn={(image) => onAsk({ kind: 'image', image })} />;
  const submit = (event: Event): void => {
    event.preventDefault();
    if (disabled) return;
    if (kind === 'sentence') onAsk({ kind: 'sentence', text });
    else onAsk({ kind: 'text', prompt: text, length, seed: Math.floor(Math.random() * 2 ** 32) });
  };
  return (
    <form class="ask" onSubmit={submit}>
      <label class="ask-text">
        {label}
        <textarea rows={2} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      {kind === 'text' && (
        <>
          <label class="ask-number">
            Length
            <input
              type="number"
              min={1}
              max={mostLength}
              value={length}
              onInput={(event) => setLength(event.currentTarget.valueAsNumber)}
            />
          </label>
          {temperature !== undefined && onTemperature && (
            <label class="ask-slider">
              <span>
                Temperature <output>{temperature.toFixed(2)}</output>
              </span>
              <input
                type="range"
                min={0}
                max={1.5}
                step={0.05}
                value={temperature}
                onInput={(event) => onTemperature(event.currentTarget.valueAsNumber)}
              />
            </label>
          )}
        </>
      )}
      <button type="submit" disabled={disabled}>
        {action}
      </button>
    </form>
  );
}
