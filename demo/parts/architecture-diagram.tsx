/** An architecture unrolled over time: inputs below, cells in a row, outputs above, states flowing right. */
import type { Architecture } from '../../src/index.ts';

interface Shape {
  readonly cells: number;
  /** Cells with an input, with an output. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** The first cell of the decoder. */
  readonly decoder?: number;
  /** The state comes back to its own cell. */
  readonly loop?: boolean;
}

const shapes: Readonly<Record<Architecture, Shape>> = {
  'one-to-one': { cells: 1, inputs: [0], outputs: [0], loop: true },
  'one-to-many': { cells: 4, inputs: [0], outputs: [0, 1, 2, 3] },
  'many-to-one': { cells: 4, inputs: [0, 1, 2, 3], outputs: [3] },
  'many-to-many': { cells: 4, inputs: [0, 1, 2, 3], outputs: [0, 1, 2, 3] },
  'encoder-decoder': { cells: 6, inputs: [0, 1, 2], outputs: [3, 4, 5], decoder: 3 },
};

const width = 104;
const pitch = 17;
const cell = 9;

export function ArchitectureDiagram({ architecture }: { readonly architecture: Architecture }) {
  const { cells, inputs, outputs, decoder, loop } = shapes[architecture];
  const first = width / 2 - ((cells - 1) * pitch) / 2;
  const at = (index: number) => first + index * pitch;
  const places = Array.from({ length: cells }, (_, index) => index);
  return (
    <svg class="architecture" viewBox={`0 0 ${width} 56`} aria-hidden="true">
      {places.slice(1).map((index) => (
        <path key={`h${index}`} class="flow" d={`M${at(index - 1) + cell / 2} 28H${at(index) - cell / 2}`} />
      ))}
      {loop && <path class="flow" d={`M${at(0) + cell / 2} 28c10 0 10 -14 0 -14h${-cell}c-10 0 -10 14 0 14`} />}
      {inputs.map((index) => (
        <path key={`x${index}`} class="edge" d={`M${at(index)} 45V${28 + cell / 2}`} />
      ))}
      {outputs.map((index) => (
        <path key={`y${index}`} class="edge" d={`M${at(index)} ${28 - cell / 2}V11`} />
      ))}
      {places.map((index) => (
        <rect
          key={`c${index}`}
          class={decoder !== undefined && index >= decoder ? 'cell decoder' : 'cell'}
          x={at(index) - cell / 2}
          y={28 - cell / 2}
          width={cell}
          height={cell}
          rx="2"
        />
      ))}
      {inputs.map((index) => (
        <circle key={`i${index}`} class="input" cx={at(index)} cy="48" r="3.5" />
      ))}
      {outputs.map((index) => (
        <circle key={`o${index}`} class="output" cx={at(index)} cy="8" r="3.5" />
      ))}
    </svg>
  );
}
