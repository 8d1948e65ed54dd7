/**
 * What `monitor` sees of the recurrent layers, in kept tensors that the host reads when it likes: norms of ∂L/∂h at each time step, planned right
 * after a layer's reverse sweep, and counts of saturated gates and units, planned right before it. Nothing is planned without `monitor`.
 */
import type { CellKind } from '../../shaders/common/cell.ts';
import { countVectors, WATCHED, type Watched } from '../../shaders/common/watched.ts';
import { stateHealth } from '../../shaders/state-health.ts';
import { timeNorms } from '../../shaders/time-norms.ts';
import type { PlanBuilder } from './builder.ts';
import { elementwiseWorkgroup } from './strategy.ts';
import { type Tensor, tensor } from './tensor.ts';

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
  /** (exponent, sum of squares) per micro-batch and time step, in the order in which the direction reads: [A, T, 2]. */
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
  /** Planned while `outputGradient` [T + 1, B, H] holds ∂L/∂h. */
  planAfterSweep(builder: PlanBuilder, layer: WatchableLayer, outputGradient: Tensor): void;
}

export function createWatch(parts: number): Watch {
  const known = new Map<string, WatchedLayer>();
  const watched = ({ layer, name, cell, timeSteps, hiddenSize }: WatchableLayer): WatchedLayer => {
    const vectors = countVectors(cell);
    const made = known.get(name) ?? {
      layer,
      name,
      things: WATCHED[cell],
      timeSteps,
      hiddenSize,
      norms: tensor(`timeNorms_${name}`, ['A', 'T', '2'], [parts, timeSteps, 2], 'kept', 'u32'),
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
      builder.dispatch('backward', `health_${layer.name}`, kernel, bound, { counts: (part * counts.elements) / parts });
    },
    planAfterSweep(builder, layer, outputGradient) {
      const { batch, timeSteps, hiddenSize } = layer;
      const { norms } = watched(layer);
      const kernel = timeNorms({ batch, timeSteps, hiddenSize, workgroupSize: elementwiseWorkgroup(builder.profile) });
      builder.dispatch(
        'backward',
        `timeNorms_${layer.name}`,
        kernel,
        { outputGradient, norms },
        { norms: (part * norms.elements) / parts },
      );
    },
  });
  return ofPart(0);
}
