/**
 * The first states of a decoder, forward and backward side by side: the encoder's last states as they are, or made from both ends of its two directions,
 * or from one input f, a vector or the features of an image: h_0 = tanh(W f + b), c_0 = W f + b, with parameters of their own for every layer.
 */
import { joinDirections } from '../../../shaders/join-directions.ts';
import { joinDirectionsBackward } from '../../../shaders/join-directions-backward.ts';
import { tanhRows } from '../../../shaders/tanh-rows.ts';
import { tanhRowsBackward } from '../../../shaders/tanh-rows-backward.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter, ParameterLayout } from '../layout.ts';
import { elementwiseWorkgroup } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { copyRows } from './add-rows.ts';
import { planProduct } from './product.ts';
import type { RecurrentLayer, Rows } from './recurrent.ts';
import type { FinalGradient, InitialGradient, Stack } from './stack.ts';
import { planWeightGradient } from './weight-gradient.ts';

/** One state (h or c) of one decoder layer. */
interface BridgedState {
  readonly kind: 'h' | 'c';
  readonly layer: RecurrentLayer;
  /** The decoder's states or cells; row 0 is the first state. */
  readonly target: Tensor;
  /** What it is made from, [B, F]. */
  readonly source: Rows;
  /** Absent: the source as it is. */
  readonly projection?: { readonly weight: PackedParameter; readonly bias: PackedParameter };
  /** The encoder's directions whose ends make up the source. */
  readonly ends?: readonly RecurrentLayer[];
}

export interface Bridge {
  readonly states: readonly BridgedState[];
}

export interface BridgeOptions {
  readonly layout: ParameterLayout;
  readonly decoder: Stack;
  /** What the states come from: an encoder, or one uploaded vector per row. */
  readonly from: Stack | Rows;
}

export function createBridge({ layout, decoder, from }: BridgeOptions): Bridge {
  const states = decoder.layers.flatMap(({ directions: [layer] }) =>
    (['h', 'c'] as const).flatMap((kind): BridgedState[] => {
      const target = kind === 'h' ? layer.states : layer.cells;
      if (!target) return [];
      const name = `bridge.${kind}_l${layer.layer}`;
      const projection = layout.has(`${name}.weight`)
        ? { weight: layout.at(`${name}.weight`), bias: layout.at(`${name}.bias`) }
        : undefined;
      if (isRows(from)) return [{ kind, layer, target, source: from, projection }];
      const ends = from.layers[layer.layer].directions;
      return [{ kind, layer, target, source: endRows(kind, ends), projection, ends }];
    }),
  );
  return { states };
}

const isRows = (from: Stack | Rows): from is Rows => 'kind' in from;

/** The last states of one direction where they lie, or of two side by side in a tensor of their own. */
function endRows(kind: 'h' | 'c', ends: readonly RecurrentLayer[]): Rows {
  const [{ batch, timeSteps, hiddenSize, name }] = ends;
  if (ends.length === 1) return { kind: 'rows', rows: lastOf(kind, ends[0]), offset: timeSteps * batch * hiddenSize, columns: hiddenSize };
  const columns = 2 * hiddenSize;
  return { kind: 'rows', rows: tensor(`ends_${kind}_${name}`, ['B', 'D·H'], [batch, columns]), offset: 0, columns };
}

function lastOf(kind: 'h' | 'c', { states, cells, name }: RecurrentLayer): Tensor {
  const found = kind === 'h' ? states : cells;
  if (!found) throw new Error(`layer ${name} must have cells for its bridge, got none`);
  return found;
}

/** Both directions' ends side by side, as one time step. */
const joinOf = (builder: PlanBuilder, { batch, hiddenSize }: RecurrentLayer) =>
  ({
    mode: 'concat',
    batch,
    timeSteps: 1,
    hiddenSize,
    lengths: false,
    dropout: 'none',
    workgroupSize: elementwiseWorkgroup(builder.profile),
  }) as const;

export function planBridge(builder: PlanBuilder, { states }: Bridge, weights: Tensor): void {
  for (const { kind, layer, target, source, projection, ends } of states) {
    const label = `bridge ${kind}_${layer.name}`;
    const { batch, hiddenSize } = layer;
    if (ends && ends.length > 1) {
      const offset = ends[0].timeSteps * batch * ends[0].hiddenSize;
      const [forward, reverse] = ends.map((end) => lastOf(kind, end));
      const kernel = joinDirections(joinOf(builder, ends[0]));
      builder.dispatch('forward', `${label} ends`, kernel, { forward, reverse, out: source.rows }, { forward: offset, reverse: offset });
    }
    if (!projection) {
      copyRows(
        builder,
        'forward',
        label,
        { rows: batch, columns: hiddenSize },
        { tensor: source.rows, offset: source.offset },
        { tensor: target, offset: 0 },
      );
      continue;
    }
    planProduct(builder, {
      phase: 'forward',
      label,
      rows: batch,
      columns: hiddenSize,
      inner: source.columns,
      left: source.rows,
      leftOffset: source.offset,
      leftStride: source.columns,
      right: weights,
      rightOffset: projection.weight.weights,
      bias: projection.bias.weights,
      out: target,
      outStride: hiddenSize,
    });
    if (kind === 'h') {
      const kernel = tanhRows({ elements: batch * hiddenSize, workgroupSize: elementwiseWorkgroup(builder.profile) });
      builder.dispatch('forward', `${label} tanh`, kernel, { rows: target });
    }
  }
}

/**
 * From ∂L/∂(first states), which the decoder's reverse sweep leaves: parameter gradients, and for each layer and direction of an encoder ∂L/∂(last
 * states), as its own reverse sweep takes them. `sourceGradient` [B, F] receives ∂L/∂f, where the states come from an input that learns.
 */
export function planBridgeBackward(
  builder: PlanBuilder,
  { states }: Bridge,
  parameters: Tensor,
  gradients: Tensor,
  initial: readonly InitialGradient[],
  sourceGradient?: Tensor,
): readonly (readonly FinalGradient[])[] {
  const finals: FinalGradient[][] = [];
  for (const [index, state] of states.entries()) {
    const { kind, layer, ends, projection } = state;
    const { h, c } = initial[layer.layer];
    const gradient = kind === 'h' ? h : c;
    if (!gradient) throw new Error(`layer ${layer.name} must have a gradient of its first ${kind}, got none`);
    finals[layer.layer] ??= (ends ?? []).map(() => ({}));
    const made = projection ? planProjectionBackward(builder, state, parameters, gradients, gradient) : [{ tensor: gradient, offset: 0 }];
    if (sourceGradient) planSourceGradient(builder, state, parameters, gradient, sourceGradient, index > 0);
    made.forEach((place, direction) => {
      const final = finals[layer.layer][direction];
      finals[layer.layer][direction] = kind === 'h' ? { ...final, h: place } : { ...final, c: place.tensor };
    });
  }
  return finals;
}

/** ∂L/∂f of one state, added to what the others have left. */
function planSourceGradient(
  builder: PlanBuilder,
  { kind, layer, source, projection }: BridgedState,
  parameters: Tensor,
  gradient: Tensor,
  sourceGradient: Tensor,
  accumulate: boolean,
): void {
  if (!projection) throw new Error(`layer ${layer.name} must have a projection of its input, got none`);
  planProduct(builder, {
    phase: 'backward',
    label: `bridge gradient ${kind}_${layer.name} source`,
    rows: layer.batch,
    columns: source.columns,
    inner: layer.hiddenSize,
    left: gradient,
    leftStride: layer.hiddenSize,
    right: parameters,
    rightOffset: projection.weight.offset,
    out: sourceGradient,
    outStride: source.columns,
    accumulate,
  });
}

/** Gradients of one projection; returns ∂L/∂(ends) of each direction of the encoder, [B, H] each. */
function planProjectionBackward(
  builder: PlanBuilder,
  { kind, layer, target, source, projection, ends }: BridgedState,
  parameters: Tensor,
  gradients: Tensor,
  gradient: Tensor,
): readonly { readonly tensor: Tensor; readonly offset: number }[] {
  if (!projection) return [];
  const label = `bridge gradient ${kind}_${layer.name}`;
  const { batch, hiddenSize } = layer;
  const workgroupSize = elementwiseWorkgroup(builder.profile);
  if (kind === 'h') {
    const kernel = tanhRowsBackward({ elements: batch * hiddenSize, workgroupSize });
    builder.dispatch('backward', `${label} tanh`, kernel, { rows: target, gradient });
  }
  planWeightGradient(builder, {
    label,
    cell: 'dense',
    batch,
    timeSteps: 1,
    hiddenSize,
    inputSize: source.columns,
    gates: gradient,
    input: source.rows,
    inputOffset: source.offset,
    gradients,
    weightInput: projection.weight,
    biasInput: projection.bias,
  });
  if (!ends) return [];
  const sourceGradient = tensor(`endsGradient_${kind}_${layer.name}`, ['B', 'D·H'], [batch, source.columns]);
  planProduct(builder, {
    phase: 'backward',
    label: `${label} ends`,
    rows: batch,
    columns: source.columns,
    inner: hiddenSize,
    left: gradient,
    leftStride: hiddenSize,
    right: parameters,
    rightOffset: projection.weight.offset,
    out: sourceGradient,
    outStride: source.columns,
  });
  if (ends.length === 1) return [{ tensor: sourceGradient, offset: 0 }];
  const parts = ends.map(({ name, hiddenSize: width }) => tensor(`endGradient_${kind}_${name}`, ['B', 'H'], [batch, width]));
  const bound = { outGradient: sourceGradient, forwardGradient: parts[0], reverseGradient: parts[1] };
  builder.dispatch('backward', `${label} split`, joinDirectionsBackward(joinOf(builder, ends[0])), bound);
  return parts.map((part) => ({ tensor: part, offset: 0 }));
}
