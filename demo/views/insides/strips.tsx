/** Gates, cell and hidden state of one row over time, as strips under one cursor. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Inspection, LayerInspection, Plane, PlaneName } from '../../protocol.ts';
import { figure, layerName } from '../drawing/format.ts';
import { colourOf, useTheme } from '../drawing/hooks.ts';
import { extentOf, type Place, placeAt, stripPixels } from './strip-image.ts';

export const planeWords: Readonly<Record<PlaneName, { readonly name: string; readonly means: string }>> = {
  input: { name: 'input gate', means: 'how much of the candidate is written' },
  forget: { name: 'forget gate', means: 'how much of the cell is kept' },
  candidate: { name: 'candidate', means: 'what would be written' },
  output: { name: 'output gate', means: 'how much of the cell is shown' },
  reset: { name: 'reset gate', means: 'how much of the past the candidate sees' },
  update: { name: 'update gate', means: 'how much of the past is kept' },
  cell: { name: 'cell state', means: 'the memory' },
  hidden: { name: 'hidden state', means: 'what is told to the next time step and the layer above' },
  unit: { name: 'hidden state', means: 'what is told to the next time step and the layer above' },
};

/** More words than these would be letters over one another. */
const mostRead = 48;

export interface StripsProps {
  readonly inspection: Inspection;
}

export function Strips({ inspection }: StripsProps): JSX.Element {
  const { layers, read, step } = inspection;
  const [chosen, choose] = useState(0);
  const [place, setPlace] = useState<Place>();
  const layer = layers[Math.min(chosen, layers.length - 1)];
  const isFirst = layer === layers[0];
  return (
    <section class="plane-strips" aria-label="Inside of the network over time">
      <div class="view-head">
        <p class="fact">
          one row at step {step.toLocaleString('en')}: {layer.timeSteps} time steps to the right, {layer.units} units downwards
        </p>
        {layers.length > 1 && (
          <label class="choice">
            Layer
            <select value={String(chosen)} onChange={(event) => choose(Number(event.currentTarget.value))}>
              {layers.map(({ name }, index) => (
                <option key={name} value={String(index)}>
                  {layerName(name)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <div class={layer.planes.length > 1 ? 'strip-columns' : ''}>
        {layer.planes.map((plane) => (
          <Strip key={`${layer.name}${plane.name}`} plane={plane} layer={layer} place={place} onPlace={setPlace} />
        ))}
        {/* under each column of strips */}
        {isFirst && read && layer.timeSteps <= mostRead && [0, 1].map((column) => <Read key={column} words={read} place={place} />)}
      </div>
      <output class="readout">
        {place ? readout(layer, place, isFirst ? read : undefined) : 'Point at a strip, or use the arrow keys on it, for values.'}
      </output>
    </section>
  );
}

function Read({ words, place }: { readonly words: readonly string[]; readonly place: Place | undefined }): JSX.Element {
  return (
    <div class="strip is-read" aria-hidden="true">
      <span class="strip-name">read</span>
      <span class="read-words">
        {words.map((word, t) => (
          <span key={t} class={place?.t === t ? 'is-here' : ''}>
            {shown(word, words.length)}
          </span>
        ))}
      </span>
    </div>
  );
}

const shown = (word: string, count: number): string => {
  const visible = word.replace(/\n/g, '↵').replace(/ /g, '␣');
  const most = count > 24 ? 1 : count > 12 ? 3 : 8;
  return visible.length > most ? visible.slice(0, most) : visible;
};

function readout({ planes, units, timeSteps }: LayerInspection, { t, unit }: Place, read: readonly string[] | undefined): string {
  const at = Math.min(t, timeSteps - 1) * units + Math.min(unit, units - 1);
  const values = planes.map(({ name, values }) => `${planeWords[name].name} ${figure(values[at])}`);
  const word = read?.[t] === undefined ? '' : `, read “${read[t].replace(/\n/g, '↵')}”`;
  return `time step ${t + 1}${word}, unit ${unit + 1}: ${values.join(' · ')}`;
}

interface StripProps {
  readonly plane: Plane;
  readonly layer: LayerInspection;
  readonly place: Place | undefined;
  readonly onPlace: (place: Place | undefined) => void;
}

function Strip({ plane, layer: { timeSteps, units }, place, onPlace }: StripProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || theme < 0) return;
    const colour = (name: string) => colourOf(element, name);
    element.width = timeSteps;
    element.height = units;
    const pixels = stripPixels(plane, timeSteps, {
      paper: colour('--zero'),
      plane: colour(`--plane-${plane.name}`),
      negative: colour('--negative'),
      zero: colour('--zero'),
      positive: colour('--positive'),
    });
    context.putImageData(new ImageData(pixels, timeSteps, units), 0, 0);
  }, [plane, timeSteps, units, theme]);
  const { name, means } = planeWords[plane.name];
  const extent = extentOf(plane);
  const pointed = (event: PointerEvent): void => {
    const { left, top, width, height } = (event.currentTarget as Element).getBoundingClientRect();
    onPlace(placeAt((event.clientX - left) / width, (event.clientY - top) / height, timeSteps, units));
  };
  const moved = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    const from = place ?? { t: 0, unit: 0 };
    onPlace(placeAt((from.t + by[0] + 0.5) / timeSteps, (from.unit + by[1] + 0.5) / units, timeSteps, units));
  };
  return (
    <div class={`strip of-${plane.name}`}>
      <span class="strip-name" title={means}>
        {name}
        <span class="strip-scale">{plane.scale === 'gate' ? '0 to 1' : `−${figure(extent)} to ${figure(extent)}`}</span>
      </span>
      <div
        class="strip-plot"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the values under the cursor are read with the arrow keys
        tabIndex={0}
        role="img"
        aria-label={`${name} over time: ${means}`}
        onPointerMove={pointed}
        onPointerLeave={() => onPlace(undefined)}
        onKeyDown={moved}
      >
        <canvas ref={canvas} />
        {place && (
          <svg class="strip-cursor" viewBox={`0 0 ${timeSteps} ${units}`} preserveAspectRatio="none" aria-hidden="true">
            <rect x={place.t} y="0" width="1" height={units} />
          </svg>
        )}
      </div>
    </div>
  );
}
