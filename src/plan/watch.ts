/**
 * What is seen of the recurrent layers, in kept tensors that the host reads when it likes. With `monitor`, in measured steps: norms of ∂L/∂h at each time
 * step, planned right after a layer's reverse sweep, and counts of saturated gates and units, planned right before it. Where a gradient that is not
 * finite ends the updates, in every step: at which time steps states and ∂L/∂h are not. Nothing is planned without either.
 */
import { CELLS, type CellKind } from '../../shaders/common/cell.ts';
import { countVectors, WATCHED, type Watched } from '../../shaders/common/watched.ts';
import { finiteSteps } from '../../shaders/finite-steps.ts';
import { stateHealth } from '../../shaders/state-health.ts';
import { timeNorms } from '../../shaders/time-norms.ts';
import { type MonitorSpec, measuredIndex } from '../spec/monitor.ts';
import type { PlanBuilder } from './builder.ts';
import { elementwiseWorkgroup, sharingWorkgroup } from './strategy.ts';
import { type Tensor, tensor } from './tensor.ts';
import { METRICS_SLOTS } from './update.ts';

/** What must be known of a layer; `hiddenSize` is padded. */
export interface WatchableLayer {
  readonly layer: number;
  readonly name: string;
  readonly cell: CellKind;
  readonly batch: number;
  readonly timeSteps: number;
  readonly hiddenSize: number;
  readonly gates: Tensor;
  readonly states: Tensor;
  readonly cells?: Tensor;
  readonly lengths?: Tensor;
}

/** One direction of one layer. */
export interface WatchedLayer {
  readonly layer: number;
  readonly name: string;
  /** What `counts` is about, in its order. */
  readonly things: readonly Watched[];
  readonly timeSteps: number;
  /** Padded. */
  readonly hiddenSize: number;
  /** A ring of (exponent, sum of squares) per micro-batch and time step, in the order in which the direction reads, of h and of an LSTM's c: [entries, A, kinds, T, 2]. */
  readonly norms: Tensor;
  /** [A, H / 4, vectors, 4] as shaders/state-health.ts leaves it. */
  readonly counts: Tensor;
}

/** Where one direction of one layer was not finite when a gradient was not. */
export interface FiniteLayer {
  readonly name: string;
  readonly timeSteps: number;
  /** Per micro-batch as shaders/finite-steps.ts leaves it: [A, 2, T]. */
  readonly places: Tensor;
}

export interface Watch {
  /** What `monitor` planned, the layer that is swept first in front. */
  readonly layers: readonly WatchedLayer[];
  /** Where it is seen what was not finite, the layer that is swept first in front. */
  readonly finite: readonly FiniteLayer[];
  /** Whether planAfterSweep wants ∂L/∂c of every time step. */
  readonly wantsCells: boolean;
  /** The same watch, over another micro-batch. */
  ofPart(part: number): Watch;
  /** Planned while gates hold activations. */
  planBeforeSweep(builder: PlanBuilder, layer: WatchableLayer): void;
  /** Planned while `outputGradient` [T + 1, B, H] holds ∂L/∂h, and `cellGradient` ∂L/∂c. */
  planAfterSweep(builder: PlanBuilder, layer: WatchableLayer, outputGradient: Tensor, cellGradient?: Tensor): void;
}

/** Entries of the rings: as many measured steps as the metrics ring can hold. */
export const watchEntries = ({ every }: MonitorSpec): number => Math.ceil(METRICS_SLOTS / every) + 1;

/** The entry that a measured step writes. */
export const entryOf = (monitor: MonitorSpec, step: number): number => measuredIndex(monitor, step) % watchEntries(monitor);

/** Layers and directions in the order of their names, the lowest one first. */
export const lowestFirst = <Layer extends { readonly name: string }>(layers: readonly Layer[]): readonly Layer[] =>
  [...layers].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));

export interface WatchOptions {
  readonly parts: number;
  readonly control: Tensor;
  readonly monitor: false | MonitorSpec;
  /** The metrics ring, whose mark of a gradient that is not finite ends all updates; absent: such updates are skipped. */
  readonly halting?: Tensor;
}

/** Undefined if there is nothing to look at. */
export function createWatch({ parts, monitor, control, halting }: WatchOptions): Watch | undefined {
  if (!monitor && !halting) return undefined;
  const entries = monitor ? watchEntries(monitor) : 0;
  const known = new Map<string, WatchedLayer>();
  const finite = new Map<string, FiniteLayer>();
  const watched = ({ layer, name, cell, timeSteps, hiddenSize }: WatchableLayer): WatchedLayer => {
    const vectors = countVectors(cell);
    const made = known.get(name) ?? {
      layer,
      name,
      things: WATCHED[cell],
      timeSteps,
      hiddenSize,
      norms: tensor(
        `timeNorms_${name}`,
        ['entries', 'A', 'kinds', 'T', '2'],
        [entries, parts, CELLS[cell].hasCell ? 2 : 1, timeSteps, 2],
        'kept',
        'u32',
      ),
      counts: tensor(`health_${name}`, ['A', 'H/4', 'vectors', '4'], [parts, hiddenSize / 4, vectors, 4], 'kept', 'u32'),
    };
    known.set(name, made);
    return made;
  };
  const planFinite = (builder: PlanBuilder, layer: WatchableLayer, outputGradient: Tensor, metrics: Tensor, part: number): void => {
    const { name, batch, timeSteps, hiddenSize, states } = layer;
    const { places } = finite.get(name) ?? {
      places: tensor(`notFinite_${name}`, ['A', 'kinds', 'T'], [parts, 2, timeSteps], 'kept', 'u32'),
    };
    finite.set(name, { name, timeSteps, places });
    const kernel = finiteSteps({ batch, timeSteps, hiddenSize, workgroupSize: elementwiseWorkgroup(builder.profile) });
    builder.dispatch(
      'backward',
      `finite_${name}`,
      kernel,
      { control, metrics, states, outputGradient, places },
      { places: (part * places.elements) / parts },
    );
  };
  const ofPart = (part: number): Watch => ({
    get layers() {
      return [...known.values()];
    },
    get finite() {
      return [...finite.values()];
    },
    wantsCells: monitor !== false,
    ofPart,
    planBeforeSweep(builder, layer) {
      if (!monitor) return;
      const { cell, batch, timeSteps, hiddenSize, gates, states, cells, lengths } = layer;
      const { counts } = watched(layer);
      const workgroupSize = sharingWorkgroup(builder.profile);
      const kernel = stateHealth({ cell, batch, timeSteps, hiddenSize, lengths: lengths !== undefined, workgroupSize });
      const bound = { gates, states, ...(cells && { cells }), ...(lengths && { lengths }), counts };
      builder.dispatch('monitor', `health_${layer.name}`, kernel, bound, { counts: (part * counts.elements) / parts });
    },
    planAfterSweep(builder, layer, outputGradient, cellGradient) {
      if (halting) planFinite(builder, layer, outputGradient, halting, part);
      if (!monitor) return;
      const { batch, timeSteps, hiddenSize } = layer;
      const { norms } = watched(layer);
      const cells = cellGradient !== undefined;
      const kernel = timeNorms({ batch, timeSteps, hiddenSize, cells, workgroupSize: elementwiseWorkgroup(builder.profile) });
      const entry = norms.elements / entries;
      builder.dispatch(
        'monitor',
        `timeNorms_${layer.name}`,
        kernel,
        { control, outputGradient, norms, ...(cellGradient && { cellGradient }) },
        { norms: (part * entry) / parts, entry },
      );
    },
  });
  return ofPart(0);
}
