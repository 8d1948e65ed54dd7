/** The head y = W h + b, forward and backward side by side: over rows of all time steps (many outputs) or of one (one output). */
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter, ParameterLayout } from '../layout.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { planProduct } from './product.ts';
import type { Rows } from './recurrent.ts';
import { planWeightGradient, type Reduction, type WeightGradientPlan } from './weight-gradient.ts';

export interface Head {
  /** What it reads. */
  readonly source: Rows;
  readonly batch: number;
  /** Time steps that have an output. */
  readonly timeSteps: number;
  /** Positions that have an output: timeSteps · batch. */
  readonly rows: number;
  readonly columns: number;
  readonly weight: PackedParameter;
  readonly bias: PackedParameter;
  /** Outputs [rows, V]; the loss turns them into their gradients in place. */
  readonly logits: Tensor;
}

/** The head's parameters behind a prefix: '' or e.g. `decoder.`; its weight is the embedding where they are tied. */
export const headParameters = (layout: ParameterLayout, prefix: string): Pick<Head, 'weight' | 'bias'> => ({
  weight: layout.at(layout.has(`${prefix}head.weight`) ? `${prefix}head.weight` : `${prefix}embedding.weight`),
  bias: layout.at(`${prefix}head.bias`),
});

export function denseHead(
  source: Rows,
  [timeSteps, batch]: readonly [number, number],
  { weight, bias }: Pick<Head, 'weight' | 'bias'>,
  storage: Tensor['storage'] = 'temporary',
): Head {
  const logits = tensor('logits', ['T', 'B', 'V'], [timeSteps, batch, weight.rows], storage);
  return { source, batch, timeSteps, rows: timeSteps * batch, columns: weight.rows, weight, bias, logits };
}

/** Outputs of `steps` time steps from `first` on; default: all that have one. */
export function planHeadForward(builder: PlanBuilder, head: Head, weights: Tensor, first = 0, steps = head.timeSteps): void {
  const { source, batch, columns, weight, bias, logits } = head;
  planProduct(builder, {
    phase: 'forward',
    label: steps < head.timeSteps ? `logits t=${first}` : 'logits',
    rows: steps * batch,
    columns,
    inner: source.columns,
    left: source.rows,
    leftOffset: source.offset + first * batch * source.columns,
    leftStride: source.columns,
    right: weights,
    rightOffset: weight.weights,
    bias: bias.weights,
    out: logits,
    outOffset: first * batch * columns,
    outStride: columns,
  });
}

export function headGradient({ source, batch, timeSteps, columns, weight, bias, logits }: Head, gradients: Tensor): WeightGradientPlan {
  return {
    label: 'gradient_head',
    cell: 'dense',
    batch,
    timeSteps,
    hiddenSize: columns,
    inputSize: source.columns,
    gates: logits,
    input: source.rows,
    inputOffset: source.offset,
    gradients,
    weightInput: weight,
    biasInput: bias,
  };
}

/** Of weight and bias; a tied weight lies elsewhere than the bias, so each has a dispatch. An embedding's own gradient is added to it afterwards. */
export function planHeadGradient(builder: PlanBuilder, head: Head, gradients: Tensor, reduction?: Reduction): void {
  const whole = headGradient(head, gradients);
  if (!head.weight.parameter.isTied) {
    planWeightGradient(builder, whole, reduction);
    return;
  }
  planWeightGradient(builder, { ...whole, biasInput: undefined });
  planWeightGradient(builder, { ...whole, label: `${whole.label} bias`, inputSize: 0, input: undefined, weightInput: undefined });
}

/** Parameter gradients, and ∂L/∂source into `sourceGradient` from element `offset` on. */
export function planHeadBackward(
  builder: PlanBuilder,
  head: Head,
  parameters: Tensor,
  gradients: Tensor,
  sourceGradient: Tensor,
  offset: number,
  reduction?: Reduction,
): void {
  planHeadGradient(builder, head, gradients, reduction);
  planSourceGradient(builder, head, parameters, sourceGradient, offset);
}

/** ∂L/∂source of `steps` time steps from `first` on; default: all. */
export function planSourceGradient(
  builder: PlanBuilder,
  { source, batch, timeSteps, columns, weight, logits }: Head,
  parameters: Tensor,
  sourceGradient: Tensor,
  offset: number,
  first = 0,
  steps = timeSteps,
): void {
  planProduct(builder, {
    phase: 'backward',
    label: 'outputGradient',
    rows: steps * batch,
    columns: source.columns,
    inner: columns,
    left: logits,
    leftOffset: first * batch * columns,
    leftStride: columns,
    right: parameters,
    rightOffset: weight.offset,
    out: sourceGradient,
    outOffset: offset + first * batch * source.columns,
    outStride: source.columns,
  });
}
