/** What a recurrent layer makes of its input, W x, and what becomes of its gradient, forward and backward side by side. */
import { CELLS } from '../../../shaders/common/cell.ts';
import { reverseRows } from '../../../shaders/reverse-rows.ts';
import { segmentSum } from '../../../shaders/segment-sum.ts';
import type { PlanBuilder } from '../builder.ts';
import { chooseSegmentSum, elementwiseWorkgroup } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { planNormedInput } from './layer-norm.ts';
import { planProduct } from './product.ts';
import type { LayerInput, RecurrentLayer, Rows } from './recurrent.ts';

/** x·W + b for all time steps at once; a one-hot input gathers its rows inside the recurrent kernel instead. */
export function planInputProjection(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  weights: Tensor,
  first = 0,
  timeSteps = layer.timeSteps,
): void {
  if (layer.norm) {
    planNormedInput(builder, layer, layer.norm, weights, first, timeSteps);
    return;
  }
  const { input, batch, hiddenSize, gates, weightInput, biasInput, cell } = layer;
  if (input.kind === 'tokens') return;
  const { gates: count, planes } = CELLS[cell];
  planProduct(builder, {
    phase: 'forward',
    label: `project_${layer.name}`,
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

/** The gate gradients of a reversed layer in the order of time, as the input below lies. */
export function planGatesForwards(
  builder: PlanBuilder,
  { name, cell, batch, timeSteps, hiddenSize, gates, lengths }: RecurrentLayer,
): Tensor {
  const columns = CELLS[cell].planes * hiddenSize;
  const forwards = tensor(`gates_${name} forwards`, ['T', 'B', 'P·H'], [timeSteps, batch, columns]);
  const workgroupSize = elementwiseWorkgroup(builder.profile);
  const kernel = reverseRows({ kind: 'vectors', batch, timeSteps, columns, lengths: lengths !== undefined, workgroupSize });
  builder.dispatch('backward', `forwards_${name}`, kernel, { source: gates, out: forwards, ...(lengths ? { lengths } : {}) });
  return forwards;
}

/** The gradient of a one-hot input's weights: the gate gradients of each token's positions, added up. */
export function planOneHotGradient(
  builder: PlanBuilder,
  { name, cell, batch, timeSteps, hiddenSize, weightInput }: RecurrentLayer,
  { order, segments, vocabulary }: Extract<LayerInput, { kind: 'tokens' }>,
  gradients: Tensor,
  source: Tensor,
): void {
  if (!order || !segments) throw new Error(`layer ${name} must have sorted tokens for its gradient, got none`);
  const { gates: count, planes } = CELLS[cell];
  const kernel = segmentSum({
    classes: vocabulary,
    columns: count * hiddenSize,
    stride: planes * hiddenSize,
    transposed: true,
    outStride: weightInput.columns,
    positions: timeSteps * batch,
    vectors: chooseSegmentSum(builder.profile, count * hiddenSize),
    workgroupSize: elementwiseWorkgroup(builder.profile),
  });
  builder.dispatch('backward', `gradient_${name} one-hot`, kernel, { order, segments, source, gradients }, { out: weightInput.offset });
}

/** A tensor for ∂L/∂x, its rows as in [T + 1, B, I]. */
export const inputGradientTensor = ({ name, batch, timeSteps }: RecurrentLayer, { columns }: Rows): Tensor =>
  tensor(`inputGradient_${name}`, ['T+1', 'B', 'I'], [timeSteps + 1, batch, columns]);

/** ∂L/∂x of `steps` time steps from `first` on; default: all. */
export function planInputGradient(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  input: Rows,
  parameters: Tensor,
  gates: Tensor,
  addTo?: Tensor,
  first = 0,
  steps = layer.timeSteps,
  accumulate = addTo !== undefined,
): Tensor {
  const { name, cell, batch, hiddenSize, weightInput } = layer;
  const { columns } = input;
  const { gates: count, planes } = CELLS[cell];
  const inputGradient = addTo ?? inputGradientTensor(layer, input);
  planProduct(builder, {
    phase: 'backward',
    label: `inputGradient_${name}`,
    rows: steps * batch,
    columns,
    inner: count * hiddenSize,
    left: gates,
    leftOffset: first * batch * planes * hiddenSize,
    leftStride: planes * hiddenSize,
    right: parameters,
    rightOffset: weightInput.offset,
    out: inputGradient,
    outOffset: (first + 1) * batch * columns,
    outStride: columns,
    accumulate,
  });
  return inputGradient;
}
