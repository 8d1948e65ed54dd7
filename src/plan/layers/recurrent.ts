/** One recurrent layer, forward and backward side by side. */
import { CELLS, type CellKind } from '../../../shaders/common/cell.ts';
import { gruBeforeCandidateBackward } from '../../../shaders/gru-before-candidate-backward.ts';
import { gruBeforeCandidateForward } from '../../../shaders/gru-before-candidate-forward.ts';
import { gruBeforeGatesBackward } from '../../../shaders/gru-before-gates-backward.ts';
import { gruBeforeGatesForward } from '../../../shaders/gru-before-gates-forward.ts';
import { gruBeforeSequenceBackward } from '../../../shaders/gru-before-sequence-backward.ts';
import { gruBeforeSequenceForward } from '../../../shaders/gru-before-sequence-forward.ts';
import { segmentSum } from '../../../shaders/segment-sum.ts';
import { sequenceBackward } from '../../../shaders/sequence-backward.ts';
import { sequenceForward } from '../../../shaders/sequence-forward.ts';
import { stepBackward } from '../../../shaders/step-backward.ts';
import { stepForward } from '../../../shaders/step-forward.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter } from '../layout.ts';
import { chooseRecurrent, elementwiseWorkgroup, type RecurrentChoice } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { planProduct } from './product.ts';
import { planReduction, planWeightGradient, type Reduction, type WeightGradientPlan } from './weight-gradient.ts';

/** What a layer reads: token ids [T, B] (one-hot), or rows [T, B, I] that begin `offset` elements into a tensor. */
export type LayerInput =
  | {
      readonly kind: 'tokens';
      readonly tokens: Tensor;
      readonly offset: number;
      readonly order?: Tensor;
      readonly segments?: Tensor;
      readonly vocabulary: number;
    }
  | { readonly kind: 'rows'; readonly rows: Tensor; readonly offset: number; readonly columns: number };

export interface RecurrentLayer {
  readonly layer: number;
  readonly cell: CellKind;
  readonly batch: number;
  readonly timeSteps: number;
  readonly hiddenSize: number;
  readonly input: LayerInput;
  readonly choice: RecurrentChoice;
  readonly weightInput: PackedParameter;
  readonly weightHidden: PackedParameter;
  readonly biasInput?: PackedParameter;
  readonly biasHidden?: PackedParameter;
  /** Gate pre-activations, then activated gates, then gate gradients, in place: [T, B, P·H]. */
  readonly gates: Tensor;
  /** [T + 1, B, H]; row 0 is the initial state. */
  readonly states: Tensor;
  /** The LSTM's c, as states. */
  readonly cells?: Tensor;
}

export interface LayerParameters {
  readonly weightInput: PackedParameter;
  readonly weightHidden: PackedParameter;
  readonly biasInput?: PackedParameter;
  readonly biasHidden?: PackedParameter;
}

export function recurrentLayer(
  builder: PlanBuilder,
  layer: number,
  cell: CellKind,
  [timeSteps, batch, hiddenSize]: readonly [number, number, number],
  input: LayerInput,
  parameters: LayerParameters,
): RecurrentLayer {
  const { planes, hasCell } = CELLS[cell];
  const states = (name: string) => tensor(`${name}_l${layer}`, ['T+1', 'B', 'H'], [timeSteps + 1, batch, hiddenSize], 'kept');
  return {
    layer,
    cell,
    batch,
    timeSteps,
    hiddenSize,
    input,
    choice: chooseRecurrent(builder.profile, cell, batch, hiddenSize),
    ...parameters,
    gates: tensor(`gates_l${layer}`, ['T', 'B', 'P·H'], [timeSteps, batch, planes * hiddenSize]),
    states: states('states'),
    cells: hasCell ? states('cells') : undefined,
  };
}

/** The rows above: the outputs of this layer as the input of the next, [T, B, H]. */
export const outputRows = ({ states, batch, hiddenSize }: RecurrentLayer): LayerInput => ({
  kind: 'rows',
  rows: states,
  offset: batch * hiddenSize,
  columns: hiddenSize,
});

/** x·W + b for all time steps at once; a one-hot input gathers its rows inside the recurrent kernel instead. */
export function planInputProjection(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  weights: Tensor,
  first = 0,
  timeSteps = layer.timeSteps,
): void {
  const { input, batch, hiddenSize, gates, weightInput, biasInput, cell } = layer;
  if (input.kind === 'tokens') return;
  const { gates: count, planes } = CELLS[cell];
  planProduct(builder, {
    phase: 'forward',
    label: `project_l${layer.layer}`,
    rows: timeSteps * batch,
    columns: count * hiddenSize,
    inner: input.columns,
    left: input.rows,
    leftOffset: input.offset + first * batch * input.columns,
    leftStride: input.columns,
    right: weights,
    rightOffset: weightInput.weights,
    out: gates,
    outOffset: first * batch * planes * hiddenSize,
    outStride: planes * hiddenSize,
    bias: biasInput?.weights,
  });
}

/** h_t for all t: one dispatch, or one (GRU reset before: two) per time step. */
export function planRecurrentForward(builder: PlanBuilder, layer: RecurrentLayer, weights: Tensor, first = 0, end = layer.timeSteps): void {
  const { cell, batch, timeSteps, hiddenSize, input, choice, gates, states, cells } = layer;
  const options = {
    cell,
    batch,
    hiddenSize,
    input: input.kind === 'tokens' ? ('tokens' as const) : ('projected' as const),
    recurrentBias: layer.biasHidden !== undefined,
    inputBias: layer.biasInput !== undefined,
    tile: choice.forward,
  };
  const bound = { weights, gates, states, ...(cells ? { cells } : {}), ...(input.kind === 'tokens' ? { tokens: input.tokens } : {}) };
  const values = {
    weightHidden: layer.weightHidden.weights,
    biasHidden: layer.biasHidden?.weights ?? 0,
    weightInput: layer.weightInput.weights,
    biasInput: layer.biasInput?.weights ?? 0,
  };
  const isBefore = cell === 'gru-before';
  if (choice.kernel === 'sequence' && end - first === timeSteps) {
    const kernel = (isBefore ? gruBeforeSequenceForward : sequenceForward)({ ...options, timeSteps });
    builder.dispatch('forward', `forward_l${layer.layer}`, kernel, bound, values);
    return;
  }
  const step = { ...options, workgroupSize: choice.workgroupSize };
  const kernels = isBefore ? [gruBeforeGatesForward(step), gruBeforeCandidateForward(step)] : [stepForward(step)];
  for (let t = first; t < end; t++) {
    for (const kernel of kernels)
      builder.dispatch('forward', `forward_l${layer.layer} t=${t}`, kernel, bound, { ...values, begin: t, end: t + 1 });
  }
}

export function layerGradient(layer: RecurrentLayer, gradients: Tensor): WeightGradientPlan {
  const { cell, batch, timeSteps, hiddenSize, input, gates, states } = layer;
  const isTokens = input.kind === 'tokens';
  return {
    label: `gradient_l${layer.layer}`,
    cell,
    batch,
    timeSteps,
    hiddenSize,
    inputSize: isTokens ? 0 : input.columns,
    gates,
    input: isTokens ? undefined : input.rows,
    inputOffset: isTokens ? 0 : input.offset,
    states,
    gradients,
    weightInput: isTokens ? undefined : layer.weightInput,
    weightHidden: layer.weightHidden,
    biasInput: layer.biasInput,
    biasHidden: layer.biasHidden,
  };
}

/**
 * The reverse sweep of the layer: outputGradient [T + 1, B, H] becomes ∂L/∂h, gates become gate gradients, then every parameter gradient;
 * `reduction`: one that others have begun and this layer ends. Returns ∂L/∂x, its rows placed as in [T + 1, B, I] so that it is the layer below's outputGradient, if the input wants one.
 */
export function planRecurrentBackward(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  parameters: Tensor,
  gradients: Tensor,
  outputGradient: Tensor,
  wantsInputGradient: boolean,
  reduction?: Reduction,
): Tensor | undefined {
  const { cell, batch, timeSteps, hiddenSize, input, choice, gates, states, cells } = layer;
  const { hasCarry, gates: count, planes } = CELLS[cell];
  const carry = hasCarry ? tensor(`carry_l${layer.layer}`, ['B', 'H'], [batch, hiddenSize]) : undefined;
  const bound = { parameters, gates, states, outputGradient, ...(cells ? { cells } : {}), ...(carry ? { carry } : {}) };
  const values = { weightHidden: layer.weightHidden.offset };
  const options = { cell, batch, timeSteps, hiddenSize, tile: choice.backward };
  const isBefore = cell === 'gru-before';
  if (choice.kernel === 'sequence') {
    const kernel = (isBefore ? gruBeforeSequenceBackward : sequenceBackward)(options);
    builder.dispatch('backward', `backward_l${layer.layer}`, kernel, bound, values);
  } else {
    const step = { ...options, workgroupSize: choice.workgroupSize };
    const kernels = isBefore ? [gruBeforeCandidateBackward(step), gruBeforeGatesBackward(step)] : [stepBackward(step)];
    for (let t = timeSteps - 1; t >= 0; t--) {
      for (const kernel of kernels)
        builder.dispatch('backward', `backward_l${layer.layer} t=${t}`, kernel, bound, { ...values, begin: t, end: t + 1 });
    }
  }
  planWeightGradient(builder, layerGradient(layer, gradients), reduction);
  if (reduction) planReduction(builder, `gradient_l${layer.layer}`, reduction, gradients);
  if (input.kind === 'tokens') {
    if (!input.order || !input.segments) throw new Error(`layer ${layer.layer} must have sorted tokens for its gradient, got none`);
    const kernel = segmentSum({
      classes: input.vocabulary,
      columns: count * hiddenSize,
      stride: planes * hiddenSize,
      transposed: true,
      outStride: layer.weightInput.columns,
      positions: timeSteps * batch,
      workgroupSize: elementwiseWorkgroup(builder.profile),
    });
    builder.dispatch(
      'backward',
      `gradient_l${layer.layer} one-hot`,
      kernel,
      { order: input.order, segments: input.segments, source: gates, gradients },
      { out: layer.weightInput.offset },
    );
    return undefined;
  }
  if (!wantsInputGradient) return undefined;
  const inputGradient = tensor(`inputGradient_l${layer.layer}`, ['T+1', 'B', 'I'], [timeSteps + 1, batch, input.columns]);
  planProduct(builder, {
    phase: 'backward',
    label: `inputGradient_l${layer.layer}`,
    rows: timeSteps * batch,
    columns: input.columns,
    inner: count * hiddenSize,
    left: gates,
    leftStride: planes * hiddenSize,
    right: parameters,
    rightOffset: layer.weightInput.offset,
    out: inputGradient,
    outOffset: batch * input.columns,
    outStride: input.columns,
  });
  return inputGradient;
}
