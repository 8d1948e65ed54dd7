/** A pad of 16 by 16 pixels: draw, or stamp the shapes that the network knows, and have it say what it sees. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Image } from '../../../src/data/examples.ts';
import { type Colour, colours, shapes } from '../../../src/tasks/captions/scene.ts';
import { Picture } from '../results/picture.tsx';
import { blank, type Tool, withStroke } from './drawing.ts';

export interface DrawingPadProps {
  readonly disabled?: boolean;
  readonly action: string;
  readonly onDrawn: (image: Image) => void;
}

const side = 16;
const tools: readonly Tool[] = ['brush', ...shapes];
const radii = { brush: { small: 0.8, large: 1.6 }, shape: { small: 2.4, large: 3.4 } } as const;

export function DrawingPad({ disabled = false, action, onDrawn }: DrawingPadProps): JSX.Element {
  const [image, setImage] = useState(() => blank(side));
  const [tool, setTool] = useState<Tool>('circle');
  const [colour, setColour] = useState<Colour>('red');
  const [size, setSize] = useState<'small' | 'large'>('large');
  const [cursor, setCursor] = useState({ x: 8, y: 8 });
  const radius = radii[tool === 'brush' ? 'brush' : 'shape'][size];
  const draw = (x: number, y: number): void => setImage((before) => withStroke(before, { tool, colour, x, y, radius }));
  const drawAt = (event: PointerEvent): void => {
    const { left, top, width, height } = (event.currentTarget as Element).getBoundingClientRect();
    draw(((event.clientX - left) / width) * side, ((event.clientY - top) / height) * side);
  };
  const onKey = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (by) setCursor(({ x, y }) => ({ x: (x + by[0] + side) % side, y: (y + by[1] + side) % side }));
    else if (event.key === ' ' || event.key === 'Enter') draw(cursor.x, cursor.y);
    else return;
    event.preventDefault();
  };
  return (
    <div class="pad">
      <div
        class="pad-frame"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the brush moves with the arrow keys
        tabIndex={0}
        role="application"
        aria-label="Drawing pad: arrow keys move, space draws"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drawAt(event);
        }}
        onPointerMove={(event) => {
          if (event.buttons === 1 && tool === 'brush') drawAt(event);
        }}
        onKeyDown={onKey}
      >
        <Picture image={image} label="your drawing" />
        <svg class="pad-cursor" viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
          <circle cx={cursor.x} cy={cursor.y} r={radius} />
        </svg>
      </div>
      <div class="pad-tools">
        <label>
          Draw with
          <select value={tool} onChange={(event) => setTool(event.currentTarget.value as Tool)}>
            {tools.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Colour
          <select value={colour} onChange={(event) => setColour(event.currentTarget.value as Colour)}>
            {colours.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Size
          <select value={size} onChange={(event) => setSize(event.currentTarget.value as 'small' | 'large')}>
            <option>small</option>
            <option>large</option>
          </select>
        </label>
        <p class="pad-buttons">
          <button type="button" onClick={() => setImage(blank(side))}>
            Clear
          </button>
          <button type="button" disabled={disabled} onClick={() => onDrawn(image)}>
            {action}
          </button>
        </p>
      </div>
    </div>
  );
}
