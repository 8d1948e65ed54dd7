/** The network of a model as planned layers, from its input to its logits: what training, validation, inference and generation share. */
import type { CellKind } from '../../shaders/common/cell.ts';
import type { ModelSpec } from '../spec/model.ts';
import type { PlanBuilder } from './builder.ts';
import { denseHead, type Head, headGradient, planHeadBackward, planHeadForward } from './layers/dense.ts';
import { createPool, type Pool, planPool, planPoolBackward, poolGradientPlace } from './layers/pool.ts';
import { type LayerInput, layerGradient, type RecurrentLayer } from './layers/recurrent.ts';
import { createStack, planStackBackward, planStackForward, type Stack, topOf } from './layers/stack.ts';
import { shareReduction } from './layers/weight-gradient.ts';
import type { ParameterLayout } from './layout.ts';
import { type Tensor, tensor } from './tensor.ts';

export interface Network {
  readonly stack: Stack;
  /** Many-to-one, unless the head reads the last states as they are. */
  readonly pool?: Pool;
  readonly head: Head;
  /** The forward direction of each layer. */
  readonly layers: readonly RecurrentLayer[];
}

/** The kernels know the two forms of the GRU as two cells. */
export const cellKind = ({ recurrent: { cell, reset } }: ModelSpec): CellKind =>
  cell === 'gru' && reset === 'before' ? 'gru-before' : cell;

export interface NetworkOptions {
  readonly timeSteps: number;
  readonly batch: number;
  readonly input: LayerInput;
  readonly lengths?: Tensor;
  /** Training: where dropout's noise comes from. */
  readonly control?: Tensor;
  readonly logitsStorage?: Tensor['storage'];
}

export function planNetwork(builder: PlanBuilder, spec: ModelSpec, layout: ParameterLayout, options: NetworkOptions): Network {
  const { timeSteps, batch, input, lengths, control, logitsStorage } = options;
  const { hiddenSize, bidirectional, merge, dropout } = spec.recurrent;
  const shape = { prefix: '', cell: cellKind(spec), hiddenSize, bidirectional, merge, timeSteps, batch, lengths };
  const stack = createStack(builder, { ...shape, control, dropout: control ? dropout : 0 }, layout, input);
  const isSingle = spec.architecture === 'many-to-one';
  const mode = spec.pooling === 'last' ? 'ends' : spec.pooling;
  const pool = isSingle && (bidirectional || mode !== 'ends') ? createPool(mode, stack) : undefined;
  const { output } = topOf(stack);
  const last = { ...output, offset: output.offset + (timeSteps - 1) * batch * output.columns };
  const source = pool ? pool.pooled : isSingle ? last : output;
  const head = denseHead(source, [isSingle ? 1 : timeSteps, batch], layout.at('head.weight'), layout.at('head.bias'), logitsStorage);
  return { stack, pool, head, layers: stack.layers.map(({ directions }) => directions[0]) };
}

/** The forward sweep: every layer over all time steps, then the head. */
export function planNetworkForward(builder: PlanBuilder, { stack, pool, head }: Network, weights: Tensor): void {
  planStackForward(builder, stack, weights, pool?.mode !== 'ends');
  if (pool) planPool(builder, pool, stack);
  planHeadForward(builder, head, weights);
}

/** Where the reverse sweep takes the gradient at the top layer from, zero where a time step has no output. */
export type OutputGradient = Tensor | readonly Tensor[];

/** Planned ahead of the first dispatch, because a clear in between would end the pass. */
export function planOutputGradient(builder: PlanBuilder, { stack, pool, head }: Network): OutputGradient {
  if (pool) return poolGradientPlace(builder, pool, stack);
  const { timeSteps, batch } = stack.options;
  const outputGradient = tensor('outputGradient', ['T+1', 'B', 'D·H'], [timeSteps + 1, batch, head.source.columns]);
  if (head.timeSteps < timeSteps) builder.clear('outputGradient', outputGradient);
  return outputGradient;
}

/** The reverse sweep, from the gradients that stand in the logits, through `outputGradient` of planOutputGradient; returns ∂L/∂input if wanted. */
export function planNetworkBackward(
  builder: PlanBuilder,
  { stack, pool, head, layers }: Network,
  parameters: Tensor,
  gradients: Tensor,
  outputGradient: OutputGradient,
  wantsInput: boolean,
): Tensor | undefined {
  const top = layers[layers.length - 1];
  const reduction = shareReduction(builder.profile, 'gradient_top', layerGradient(top, gradients), headGradient(head, gradients));
  const { batch, timeSteps } = stack.options;
  const { columns } = head.source;
  if (pool) {
    const pooledGradient = tensor('pooledGradient', ['B', 'D·H'], [batch, columns]);
    planHeadBackward(builder, head, parameters, gradients, pooledGradient, 0, reduction);
    planPoolBackward(builder, pool, stack, pooledGradient, outputGradient);
  } else {
    const firstRow = timeSteps - head.timeSteps + 1;
    planHeadBackward(builder, head, parameters, gradients, outputGradient as Tensor, firstRow * batch * columns, reduction);
  }
  return planStackBackward(builder, stack, parameters, gradients, { above: outputGradient, wantsInput, reduction }).input;
}
