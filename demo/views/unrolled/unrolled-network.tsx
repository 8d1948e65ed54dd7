/** The hero of the page: the network as it runs, with the numbers of the last step on its edges. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Architecture, Cell } from '../../../src/index.ts';
import type { Inspection, LayerInspection, TimeNorms } from '../../protocol.ts';
import { figure } from '../drawing/format.ts';
import { useWidth } from '../drawing/hooks.ts';
import { type Edge, type Mark, type Part, sampledSteps, unrolledGeometry } from './geometry.ts';
import { type Carried, NetworkDiagram } from './network-diagram.tsx';
import { linearShares, logShares, normsOf } from './strengths.ts';

export interface UnrolledNetworkProps {
  readonly architecture: Architecture;
  readonly cell: Cell;
  readonly layers: number;
  readonly bidirectional?: boolean;
  /** Of the whole sequence, before anything is known of a row; default 8. */
  readonly timeSteps?: number;
  readonly sourceSteps?: number;
  /** States of one row: line widths of the forward sweep. */
  readonly inspection?: Inspection;
  /** Gradients of the last step: lines of the reverse sweep. */
  readonly timeNorms?: TimeNorms;
  /** What is said at each time step, if that can be written. */
  readonly written?: readonly string[];
  readonly moving?: boolean;
}

const mostLayers = 3;
const prefix = { encoder: 'encoder.', decoder: 'decoder.', only: '' } as const;

interface Flow {
  readonly hidden?: readonly number[];
  readonly cell?: readonly number[];
  readonly gradient?: readonly number[];
}

export function UnrolledNetwork(props: UnrolledNetworkProps): JSX.Element {
  const { architecture, cell, layers, bidirectional = false, inspection, timeNorms, written, moving = false } = props;
  const [ref, width] = useWidth<HTMLDivElement>();
  const drawn = Math.min(layers, mostLayers);
  const isPair = architecture === 'encoder-decoder';
  const stepsOf = (part: Part): number => {
    const seen = inspection?.layers.find(({ name }) => name === `${prefix[part]}l0`)?.timeSteps;
    return seen ?? (part === 'encoder' ? (props.sourceSteps ?? 6) : (props.timeSteps ?? 8));
  };
  const room = Math.max(4, Math.floor(width / (width < 480 ? 48 : 68)));
  const shares = isPair ? { read: Math.ceil(room / 2), write: Math.floor(room / 2) } : { read: room, write: room };
  const first: Part = isPair ? 'encoder' : 'only';
  const columns = { [first]: sampledSteps(stepsOf(first), Math.min(14, shares.read)) } as Partial<Record<Part, number[]>>;
  if (isPair) columns.decoder = sampledSteps(stepsOf('decoder'), Math.min(14, shares.write));
  const size = width < 480 ? 24 : 34;
  const unrolled = unrolledGeometry({
    architecture,
    layers: drawn,
    columns: columns[first]?.length ?? 1,
    written: (isPair ? columns.decoder : columns.only)?.length ?? 1,
    width: Math.max(width, 200),
    row: size * 1.6,
    cell: size,
  });

  const flows = useMemo(() => flowsOf(inspection, timeNorms), [inspection, timeNorms]);
  const norms = (layer: number, part: Part): Flow => flows.get(`${prefix[part]}l${layer}`) ?? {};
  const stepAt = (part: Part, column: number): number => columns[part]?.[column] ?? column;
  const carried = ({ kind, part, column, layer }: Edge): Carried | undefined => {
    if (kind !== 'state' && kind !== 'bridge') return undefined;
    const { hidden, cell: cells, gradient } = norms(layer, part);
    const t = stepAt(part, column);
    const said = [
      hidden && `size of the hidden state ${figure(hidden[t])}`,
      cells && `of the cell state ${figure(cells[t])}`,
      gradient && `of the gradient that comes back ${figure(gradient[t])}`,
    ].filter(Boolean);
    return {
      ...(hidden && { hidden: linearShares(hidden)[t] }),
      ...(cells && { cell: linearShares(cells)[t] }),
      ...(gradient && { gradient: logShares(gradient)[t] }),
      ...(said.length > 0 && { title: `Time step ${t + 1}: ${said.join(', ')}` }),
    };
  };
  const read = inspection?.read;
  const words = ({ part, column }: Mark, side: 'input' | 'output'): string | undefined => {
    const t = stepAt(part, column);
    if (side === 'input') return part === 'decoder' || !read?.[t] ? undefined : short(read[t]);
    return written?.[t] ? short(written[t]) : undefined;
  };
  const left = layers - drawn;
  const whole = Math.max(...Object.entries(columns).map(([part]) => stepsOf(part as Part)));
  const isSampled = Object.entries(columns).some(([part, steps]) => stepsOf(part as Part) > (steps?.length ?? 0));
  return (
    <div class="unrolled-network" ref={ref}>
      {width > 0 && (
        <NetworkDiagram
          unrolled={unrolled}
          cell={size}
          hasCells={cell === 'lstm'}
          bidirectional={bidirectional}
          moving={moving}
          label={labelOf(props, flows)}
          carried={carried}
          words={words}
          fill={({ part, column, layer }) => {
            const { hidden } = norms(layer, part);
            return hidden && linearShares(hidden)[stepAt(part, column)];
          }}
        />
      )}
      <p class="legend">
        <span class="swatch of-hidden">hidden state</span>
        {cell === 'lstm' && <span class="swatch of-cell">cell state</span>}
        {timeNorms && <span class="swatch of-gradient">gradient, back through time</span>}
        {inspection || timeNorms ? (
          <span class="fact">
            widths: sizes at step {(inspection ?? timeNorms)?.step.toLocaleString('en')}
            {timeNorms && ', gradients on a logarithm'}
          </span>
        ) : null}
        {isSampled && <span class="fact">some of {whole} time steps</span>}
        {left > 0 && (
          <span class="fact">
            {left} more {left === 1 ? 'layer' : 'layers'} above
          </span>
        )}
      </p>
    </div>
  );
}

/** Norms over time of each layer and direction, by its name. */
function flowsOf(inspection: Inspection | undefined, timeNorms: TimeNorms | undefined): Map<string, Flow> {
  const flows = new Map<string, Flow>();
  for (const layer of inspection?.layers ?? []) flows.set(layer.name, stateFlow(layer));
  for (const { name, norms } of timeNorms?.layers ?? []) flows.set(name, { ...flows.get(name), gradient: [...norms] });
  return flows;
}

function stateFlow({ planes, timeSteps }: LayerInspection): Flow {
  const of = (...names: readonly string[]): number[] | undefined => {
    const plane = planes.find(({ name }) => names.includes(name));
    return plane && normsOf(plane.values, timeSteps);
  };
  const [hidden, cell] = [of('hidden', 'unit'), of('cell')];
  return { ...(hidden && { hidden }), ...(cell && { cell }) };
}

const short = (word: string): string => {
  const shown = word.replace(/\n/g, '↵').replace(/^ $/, '␣');
  return shown.length > 7 ? `${shown.slice(0, 6)}…` : shown;
};

function labelOf({ architecture, layers, cell }: UnrolledNetworkProps, flows: ReadonlyMap<string, Flow>): string {
  const decay = [...flows.values()].some(({ gradient }) => gradient);
  return `${architecture} network of ${layers} ${layers === 1 ? 'layer' : 'layers'} of ${cell}, unrolled over time${decay ? ', with its states and gradients' : ''}`;
}
