/** The drawing itself: an unrolled network at rest or with numbers on its edges. Plain SVG, in CSS pixels. */
import type { JSX } from 'preact';
import type { CellPlace, Edge, Mark, Unrolled } from './geometry.ts';

/** What an edge between two time steps carries. */
export interface Carried {
  /** Shares 0 to 1 of the strongest: hidden state, cell state, and the gradient that comes back. */
  readonly hidden?: number;
  readonly cell?: number;
  readonly gradient?: number;
  /** A sentence with the numbers. */
  readonly title?: string;
}

export interface NetworkDiagramProps {
  readonly unrolled: Unrolled;
  readonly cell: number;
  readonly label: string;
  /** An LSTM has a second line between its cells. */
  readonly hasCells?: boolean;
  readonly bidirectional?: boolean;
  /** Whether states and gradients flow to be seen; motion stops where the visitor wants none. */
  readonly moving?: boolean;
  readonly carried?: (edge: Edge) => Carried | undefined;
  /** What is written below an input and above an output. */
  readonly words?: (mark: Mark, side: 'input' | 'output') => string | undefined;
  /** 0 to 1: how full a cell is. */
  readonly fill?: (place: CellPlace) => number | undefined;
}

const round = (value: number): string => value.toFixed(1);
const fraction = (value: number): string => value.toFixed(2);
const line = ({ from, to }: Edge): string => `M${from.map(round).join(' ')}L${to.map(round).join(' ')}`;
const shifted = (edge: Edge, by: number): Edge => ({ ...edge, from: [edge.from[0], edge.from[1] + by], to: [edge.to[0], edge.to[1] + by] });
const reversed = (edge: Edge): Edge => ({ ...edge, from: edge.to, to: edge.from });

/** From an output over to the next time step and down past its cell's side into its input. */
function fedPath({ from: [x, y], to: [right, bottom] }: Edge, cell: number): string {
  const between = right - cell * 0.5 - (right - x - cell) / 2;
  return `M${round(x)} ${round(y)}C${round(x + (between - x) * 0.9)} ${round(y)} ${round(between)} ${round(y)} ${round(between)} ${round(y + cell)}L${round(between)} ${round(bottom)}C${round(between)} ${round(bottom + cell * 0.6)} ${round(right)} ${round(bottom + cell * 0.8)} ${round(right)} ${round(bottom)}`;
}

export function NetworkDiagram({
  unrolled,
  cell,
  label,
  hasCells = false,
  bidirectional = false,
  moving = false,
  carried,
  words,
  fill,
}: NetworkDiagramProps): JSX.Element {
  const { width, height, cells, inputs, outputs, edges } = unrolled;
  const most = Math.max(2, cell * 0.15);
  const unit = cell / 2;
  const between = edges.filter(({ kind }) => kind === 'state' || kind === 'bridge');
  return (
    <svg
      class={`unrolled${moving ? ' is-moving' : ''}`}
      viewBox={`0 0 ${round(width)} ${round(height)}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    >
      <g class="unrolled-flow">
        {edges.map((edge) =>
          edge.kind === 'fed' ? (
            <path key={`${edge.kind}${edge.part}${edge.column}`} class="edge fed" d={fedPath(edge, cell)} />
          ) : edge.kind === 'state' || edge.kind === 'bridge' ? null : (
            <path key={`${edge.kind}${edge.part}${edge.column}.${edge.layer}`} class={`edge ${edge.kind}`} d={line(edge)} />
          ),
        )}
        {between.map((edge) => {
          const given = carried?.(edge);
          // cell state on top, hidden state in the middle, the gradient below: never over one another
          const rail = hasCells ? unit * 0.62 : bidirectional ? unit * 0.3 : 0;
          const back = unit * 0.62;
          const widthOf = (share: number | undefined): number => (share === undefined ? 1.5 : 1 + most * share);
          return (
            <g key={`${edge.kind}${edge.part}${edge.column}.${edge.layer}`} class={edge.kind}>
              {given?.title && <title>{given.title}</title>}
              <path class="hit" d={line(edge)} stroke-width={cell * 0.9} />
              {hasCells && (
                <path
                  class="state-line of-cell"
                  d={line(shifted(edge, -rail))}
                  stroke-width={widthOf(given?.cell)}
                  stroke-opacity={0.35 + 0.65 * (given?.cell ?? 1)}
                />
              )}
              <path
                class="state-line of-hidden"
                d={line(shifted(edge, hasCells ? 0 : -rail))}
                stroke-width={widthOf(given?.hidden)}
                stroke-opacity={0.35 + 0.65 * (given?.hidden ?? 1)}
              />
              {bidirectional && <path class="state-line of-hidden is-back" d={line(shifted(reversed(edge), rail))} stroke-width={1.5} />}
              {given?.gradient !== undefined && (
                <path
                  class="gradient-line"
                  d={line(shifted(reversed(edge), back))}
                  stroke-width={0.75 + most * given.gradient}
                  stroke-opacity={0.12 + 0.88 * given.gradient}
                />
              )}
            </g>
          );
        })}
      </g>
      {cells.map((place) => (
        <g key={`${place.part}${place.column}.${place.layer}`} class={`cell is-${place.part}`}>
          <rect class="cell-paper" x={round(place.x - unit)} y={round(place.y - unit)} width={cell} height={cell} rx={cell * 0.2} />
          <rect
            class="cell-body"
            x={round(place.x - unit)}
            y={round(place.y - unit)}
            width={cell}
            height={cell}
            rx={cell * 0.2}
            fill-opacity={fraction(0.1 + 0.45 * (fill?.(place) ?? 0.15))}
          />
        </g>
      ))}
      {inputs.map((mark) => markOf(mark, 'input', cell, words?.(mark, 'input')))}
      {outputs.map((mark) => markOf(mark, 'output', cell, words?.(mark, 'output')))}
    </svg>
  );
}

function markOf({ part, column, x, y }: Mark, side: 'input' | 'output', cell: number, word: string | undefined): JSX.Element {
  const key = `${side}${part}${column}`;
  return word === undefined ? (
    <circle key={key} class={`mark ${side}`} cx={round(x)} cy={round(y)} r={round(Math.max(2.5, cell * 0.16))} />
  ) : (
    <text key={key} class={`mark-word ${side}`} x={round(x)} y={round(y + 4)} text-anchor="middle">
      {word}
    </text>
  );
}
