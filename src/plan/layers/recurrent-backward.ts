/** What the reverse sweep of one recurrent layer (recurrent-sweep.ts) begins with, and every gradient that follows from it. */
import type { PlanBuilder } from '../builder.ts';
import type { Tensor } from '../tensor.ts';
import type { TimeStepClipPlan } from '../time-step-clip.ts';
import type { Watch } from '../watch.ts';
import { copyRows } from './add-rows.ts';
import { planNormedGradients } from './layer-norm-gradients.ts';
import type { RecurrentLayer } from './recurrent.ts';
import { planGatesForwards, planInputGradient, planOneHotGradient } from './recurrent-input.ts';
import { everyCell, type ReverseSweep, reverseCarry } from './recurrent-sweep.ts';
import { planReduction, planWeightGradient, type Reduction, type WeightGradientPlan } from './weight-gradient.ts';

export function layerGradient(layer: RecurrentLayer, gradients: Tensor): WeightGradientPlan {
  const { cell, batch, timeSteps, hiddenSize, input, gates, states, operand } = layer;
  const isTokens = input.kind === 'tokens';
  return {
    label: `gradient_${layer.name}`,
    cell,
    batch,
    timeSteps,
    hiddenSize,
    inputSize: isTokens ? 0 : input.columns,
    gates,
    input: isTokens ? undefined : input.rows,
    inputOffset: isTokens ? 0 : input.offset,
    states: operand ?? states,
    gradients,
    weightInput: isTokens ? undefined : layer.weightInput,
    weightHidden: layer.weightHidden,
    biasInput: layer.biasInput,
    biasHidden: layer.biasHidden,
  };
}

/** What the reverse sweep of a layer is asked for. */
export interface BackwardWish {
  readonly wantsInput: boolean;
  /** ∂L/∂x of the other direction, to which this one's is added; absent: a tensor of its own. */
  readonly addTo?: Tensor;
  /** A reduction of parameter gradients that others have begun and this layer ends. */
  readonly reduction?: Reduction;
  /** ∂L/∂h_0 is wanted, in row 0 of outputGradient, and the LSTM's ∂L/∂c_0. */
  readonly initial?: boolean;
  /** ∂L/∂c_T of the LSTM [B, H], which becomes ∂L/∂c_0; absent: zero. */
  readonly finalCell?: Tensor;
  /** Looks at the layer right before and right after the sweep. */
  readonly watch?: Watch;
  /** Bounds the gradients of h_t and c_t on their way back. */
  readonly clip?: TimeStepClipPlan;
}

export interface LayerGradients {
  /** ∂L/∂x, its rows placed as in [T + 1, B, I] so that it is the layer below's outputGradient. */
  readonly input?: Tensor;
  /** ∂L/∂c_0 of the LSTM after the sweep. */
  readonly initialCell?: Tensor;
}

/** What stands ready before the sweep's first turn, while the gates are activations. */
export function beginRecurrentSweep(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  parameters: Tensor,
  outputGradient: Tensor,
  { initial, finalCell, watch, clip }: BackwardWish,
): ReverseSweep {
  const cellGradient = everyCell(layer, watch);
  const carry = cellGradient ?? finalCell ?? reverseCarry(layer);
  if (cellGradient && finalCell) {
    const { batch, timeSteps, hiddenSize, name } = layer;
    const row = (at: number) => ({ tensor: cellGradient, offset: at * batch * hiddenSize });
    for (const [phase, at] of [['backward', 0] as const, ['monitor', timeSteps] as const])
      copyRows(builder, phase, `finalCell_${name}`, { rows: batch, columns: hiddenSize }, { tensor: finalCell, offset: 0 }, row(at));
  }
  watch?.planBeforeSweep(builder, layer);
  return { parameters, outputGradient, carry, initial, finalCell, clip, keepsCells: cellGradient !== undefined };
}

/** Every gradient that follows from the gate gradients of all turns. */
export function planRecurrentGradients(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  { parameters, outputGradient, carry, keepsCells }: ReverseSweep,
  gradients: Tensor,
  { wantsInput, addTo, reduction, watch }: BackwardWish,
): LayerGradients {
  const { name, input, gates } = layer;
  watch?.planAfterSweep(builder, layer, outputGradient, keepsCells ? carry : undefined);
  if (layer.norm) planNormedGradients(builder, layer, layer.norm, parameters, gradients);
  else planWeightGradient(builder, layerGradient(layer, gradients), reduction);
  if (reduction) planReduction(builder, `gradient_${name}`, reduction, gradients);
  const initialCell = layer.cells ? carry : undefined;
  if (input.kind === 'rows' && !wantsInput) return { initialCell };
  const forwards = layer.isReversed ? planGatesForwards(builder, layer) : gates;
  if (input.kind === 'rows') return { initialCell, input: planInputGradient(builder, layer, input, parameters, forwards, addTo) };
  planOneHotGradient(builder, layer, input, gradients, forwards);
  return { initialCell };
}
