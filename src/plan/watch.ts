/**
 * What `monitor` sees of the recurrent layers, in kept tensors that the host reads when it likes: norms of ∂L/∂h at each time step, planned right
 * after a layer's reverse sweep, and counts of saturated gates and units, planned right before it. Nothing is planned without `monitor`.
 */
import { CELLS, type CellKind } from '../../shaders/common/cell.ts';
import { countVectors, WATCHED, type Watched } from '../../shaders/common/watched.ts';
import { stateHealth } from '../../shaders/state-health.ts';
import { timeNorms } from '../../shaders/time-norms.ts';
import { type MonitorSpec, measuredIndex } from '../spec/monitor.ts';
import type { PlanBuilder } from './builder.ts';
import { elementwiseWorkgroup } from './strategy.ts';
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

export interface Watch {
  /** All that was planned, the layer that is swept first in front. */
  readonly layers: readonly WatchedLayer[];
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
export const lowestFirst = (layers: readonly WatchedLayer[]): readonly WatchedLayer[] =>
  [...layers].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));

export function createWatch({
  parts,
  monitor,
  control,
}: {
  readonly parts: number;
  readonly monitor: MonitorSpec;
  readonly control: Tensor;
}): Watch {
  const entries = watchEntries(monitor);
  const known = new Map<string, WatchedLayer>();
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
  const ofPart = (part: number): Watch => ({
    get layers() {
      return [...known.values()];
    },
    ofPart,
    planBeforeSweep(builder, layer) {
      const { cell, batch, timeSteps, hiddenSize, gates, states, cells, lengths } = layer;
      const { counts } = watched(layer);
      const workgroupSize = elementwiseWorkgroup(builder.profile);
      const kernel = stateHealth({ cell, batch, timeSteps, hiddenSize, lengths: lengths !== undefined, workgroupSize });
      const bound = { gates, states, ...(cells && { cells }), ...(lengths && { lengths }), counts };
      builder.dispatch('monitor', `health_${layer.name}`, kernel, bound, { counts: (part * counts.elements) / parts });
    },
    planAfterSweep(builder, layer, outputGradient, cellGradient) {
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
