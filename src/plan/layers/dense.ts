/** The head y = W h + b, forward and backward side by side: over all time steps (many outputs) or over the last one (one output). */
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter } from '../layout.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { planProduct } from './product.ts';
import type { RecurrentLayer } from './recurrent.ts';
import { planWeightGradient, type Reduction, type WeightGradientPlan } from './weight-gradient.ts';

export interface Head {
  readonly below: RecurrentLayer;
  /** Positions that have an output: T·B, or B where only the last step has one. */
  readonly rows: number;
  /** First element of their states in the layer below. */
  readonly offset: number;
  readonly columns: number;
  readonly weight: PackedParameter;
  readonly bias: PackedParameter;
  /** Outputs [rows, V]; the loss turns them into their gradients in place. */
  readonly logits: Tensor;
}

export function denseHead(
  below: RecurrentLayer,
  weight: PackedParameter,
  bias: PackedParameter,
  everyStep: boolean,
  storage: Tensor['storage'] = 'temporary',
): Head {
  const { timeSteps, batch, hiddenSize } = below;
  const steps = everyStep ? timeSteps : 1;
  return {
    below,
    rows: steps * batch,
    offset: (timeSteps - steps + 1) * batch * hiddenSize,
    columns: weight.rows,
    weight,
    bias,
    logits: tensor('logits', ['T', 'B', 'V'], [steps, batch, weight.rows], storage),
  };
}

export function planHeadForward(builder: PlanBuilder, head: Head, weights: Tensor): void {
  const { below, rows, offset, columns, weight, bias, logits } = head;
  planProduct(builder, {
    phase: 'forward',
    label: 'logits',
    rows,
    columns,
    inner: below.hiddenSize,
    left: below.states,
    leftOffset: offset,
    leftStride: below.hiddenSize,
    right: weights,
    rightOffset: weight.weights,
    bias: bias.weights,
    out: logits,
    outStride: columns,
  });
}

/**
 * The place of ∂L/∂h of the layer below, rows as those of its states [T + 1, B, H], zero where a time step has no output. Planned ahead of the first dispatch, because a clear
 * in between would end the pass.
 */
export function planOutputGradient(builder: PlanBuilder, { below, rows }: Head): Tensor {
  const { batch, timeSteps, hiddenSize } = below;
  const outputGradient = tensor('outputGradient', ['T+1', 'B', 'H'], [timeSteps + 1, batch, hiddenSize]);
  if (rows < timeSteps * batch) builder.clear('outputGradient', outputGradient);
  return outputGradient;
}

export function headGradient(head: Head, gradients: Tensor): WeightGradientPlan {
  const { below, rows, offset, columns, weight, bias, logits } = head;
  return {
    label: 'gradient_head',
    cell: 'dense',
    batch: below.batch,
    timeSteps: rows / below.batch,
    hiddenSize: columns,
    inputSize: below.hiddenSize,
    gates: logits,
    input: below.states,
    inputOffset: offset,
    gradients,
    weightInput: weight,
    biasInput: bias,
  };
}

/** Parameter gradients, and ∂L/∂h of the layer below into `outputGradient`. */
export function planHeadBackward(
  builder: PlanBuilder,
  head: Head,
  parameters: Tensor,
  gradients: Tensor,
  outputGradient: Tensor,
  reduction?: Reduction,
): void {
  const { below, rows, offset, columns, weight, logits } = head;
  const { hiddenSize } = below;
  planWeightGradient(builder, headGradient(head, gradients), reduction);
  planProduct(builder, {
    phase: 'backward',
    label: 'outputGradient',
    rows,
    columns: hiddenSize,
    inner: columns,
    left: logits,
    leftStride: columns,
    right: parameters,
    rightOffset: weight.offset,
    out: outputGradient,
    outOffset: offset,
    outStride: hiddenSize,
  });
}
