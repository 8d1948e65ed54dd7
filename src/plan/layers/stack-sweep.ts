/**
 * The reverse sweep of a stack of one direction, some time steps of all layers at a time, the last ones first: for a network that reads at one step what it
 * made at the one before. Parameter gradients come after it, over all time steps at once. Over all steps at once: planStackBackward.
 */
import type { PlanBuilder } from '../builder.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { addRows, copyRows } from './add-rows.ts';
import { directionGradients, planJoinBackward } from './join.ts';
import { inputDeltaTensor, planNormedStepsBackward } from './layer-norm.ts';
import { planNormedGradients } from './layer-norm-gradients.ts';
import type { RecurrentLayer, Rows } from './recurrent.ts';
import { layerGradient } from './recurrent-backward.ts';
import { inputGradientTensor, planInputGradient } from './recurrent-input.ts';
import { everyCell, planRecurrentSweep, type ReverseSweep, reverseCarry } from './recurrent-sweep.ts';
import type { InitialGradient, Stack, StackLayer } from './stack.ts';
import { planStartBackward } from './start.ts';
import { planReduction, planWeightGradient, type Reduction } from './weight-gradient.ts';

interface LayerSweep extends ReverseSweep {
  readonly stackLayer: StackLayer;
  readonly layer: RecurrentLayer;
  readonly input: Rows;
  /** ∂L/∂output, rows as in [T + 1, B, H]. */
  readonly above: Tensor;
  /** ∂L/∂h from above: the same unless dropout lies between them. */
  readonly received: Tensor;
  /** [B, H], present where the sweep reaches ahead (see reachesAhead). */
  readonly zeros?: Tensor;
  /** ∂L/∂x, rows as in [T + 1, B, I]. */
  readonly inputGradient: Tensor;
  /** Layer-normalised: ∂L/∂(W x), [T, B, P·H]. */
  readonly inputDelta?: Tensor;
  readonly cellGradient?: Tensor;
}

export interface StackSweep {
  readonly stack: Stack;
  /** The lowest layer first. */
  readonly layers: readonly LayerSweep[];
  /** ∂L/∂x of the lowest layer, rows as in [T + 1, B, I]. */
  readonly inputGradient: Tensor;
}

export interface StackSweepOptions {
  readonly parameters: Tensor;
  /** ∂L/∂output of the top layer, rows as in [T + 1, B, H]; those of a step are there before it is swept. */
  readonly outputGradient: Tensor;
  /** The gradients of the first states are wanted, also where they are not learned. */
  readonly initial?: boolean;
}

/** Planned while gates hold activations. */
export function beginStackSweep(
  builder: PlanBuilder,
  stack: Stack,
  { parameters, outputGradient, initial }: StackSweepOptions,
): StackSweep {
  const { watch, clip } = stack.options;
  const inputs = stack.layers.map(({ directions: [layer] }) => inputGradientTensor(layer, rowsOf(layer)));
  const layers = stack.layers.map((stackLayer, index): LayerSweep => {
    const [layer] = stackLayer.directions;
    const above = inputs[index + 1] ?? outputGradient;
    const cellGradient = everyCell(layer, watch);
    const received = stackLayer.isJoined ? directionGradients(stackLayer)[0] : above;
    return {
      stackLayer,
      layer,
      input: rowsOf(layer),
      above,
      received,
      ...(reachesAhead(layer) ? apartFrom(layer) : { outputGradient: received }),
      inputGradient: inputs[index],
      inputDelta: layer.norm && inputDeltaTensor(layer),
      cellGradient,
      parameters,
      carry: cellGradient ?? reverseCarry(layer),
      keepsCells: cellGradient !== undefined,
      initial: initial || layer.start !== undefined,
      clip,
    };
  });
  for (const { layer } of [...layers].reverse()) watch?.planBeforeSweep(builder, layer);
  return { stack, layers, inputGradient: inputs[0] };
}

/** Time steps `first` to `first` + `steps`; without `wantsInput` ∂L/∂x of the lowest layer is left out. */
export function planSweepSteps(builder: PlanBuilder, { stack, layers }: StackSweep, first: number, steps: number, wantsInput = true): void {
  for (const sweep of [...layers].reverse()) {
    const { layer, stackLayer, input, above, received, inputGradient, inputDelta, initial, parameters } = sweep;
    if (stackLayer.isJoined) planJoinBackward(builder, stack.options, stackLayer, above, [received], first, steps);
    if (sweep.zeros) planReceived(builder, sweep, sweep.zeros, first, first + steps);
    // the turn of the initial state comes ahead of that of step 0
    const ahead = initial ? 1 : 0;
    planRecurrentSweep(builder, layer, sweep, first === 0 ? 0 : first + ahead, first + steps + ahead);
    if (layer.norm && inputDelta) planNormedStepsBackward(builder, layer, layer.norm, parameters, inputDelta, first, steps);
    if (layer.layer === 0 && !wantsInput) continue;
    planInputGradient(builder, layer, input, parameters, inputDelta ?? layer.gates, inputGradient, first, steps, false);
  }
}

/** All parameter gradients, once every step is swept; returns those of the first states, by layer. `reduction`: one that the top layer ends. */
export function planSweepGradients(
  builder: PlanBuilder,
  { stack, layers }: StackSweep,
  gradients: Tensor,
  reduction?: Reduction,
): readonly InitialGradient[] {
  const { watch, anew } = stack.options;
  for (const { layer, outputGradient, cellGradient, carry, parameters, inputDelta } of [...layers].reverse()) {
    const shared = layer.layer === layers.length - 1 ? reduction : undefined;
    watch?.planAfterSweep(builder, layer, outputGradient, cellGradient);
    if (layer.norm) planNormedGradients(builder, layer, layer.norm, parameters, gradients, inputDelta);
    else planWeightGradient(builder, layerGradient(layer, gradients), shared);
    if (shared) planReduction(builder, `gradient_${layer.name}`, shared, gradients);
    planStartBackward(builder, layer, gradients, { h: outputGradient, c: layer.cells && carry }, anew);
  }
  return layers.map(({ layer, outputGradient, carry }) => ({ h: outputGradient, c: layer.cells && carry }));
}

/**
 * Zoneout hands ∂L/∂h of a step to the one before ahead of its turn, in its row of outputGradient (decision 0021): what comes from above later must be added
 * there and not overwrite it.
 */
const reachesAhead = ({ noise }: RecurrentLayer): boolean => (noise?.zoneout ?? 0) > 0;

const apartFrom = ({ name, timeSteps, batch, hiddenSize }: RecurrentLayer) => ({
  outputGradient: tensor(`stateGradient_${name}`, ['T+1', 'B', 'H'], [timeSteps + 1, batch, hiddenSize]),
  zeros: tensor(`zeros_${name}`, ['B', 'H'], [batch, hiddenSize], 'kept'),
});

/** What came from above of the steps `first` to `end`, into the rows that their turns read, and zeros where the first of them adds ahead. */
function planReceived(
  builder: PlanBuilder,
  { layer, received, outputGradient }: LayerSweep,
  zeros: Tensor,
  first: number,
  end: number,
): void {
  const { name, timeSteps, batch, hiddenSize } = layer;
  const place = (of: Tensor, row: number) => ({ tensor: of, offset: row * batch * hiddenSize });
  const rows = (count: number) => ({ rows: count * batch, columns: hiddenSize });
  // nobody has reached into the last row of all
  const reached = end < timeSteps ? end : end + 1;
  if (reached > first + 1) {
    const [from, to] = [place(received, first + 1), place(outputGradient, first + 1)];
    copyRows(builder, 'backward', `received_${name} t=${first}`, rows(reached - first - 1), from, to);
  }
  if (end < timeSteps) addRows(builder, `received_${name} t=${end - 1}`, rows(1), place(received, end), place(outputGradient, end));
  // the kernel itself takes row 0 as empty
  if (first === 0) return;
  copyRows(builder, 'backward', `ahead_${name} t=${first - 1}`, rows(1), place(zeros, 0), place(outputGradient, first));
}

function rowsOf({ input, name }: RecurrentLayer): Rows {
  if (input.kind !== 'rows') throw new Error(`layer ${name} must read rows, got tokens`);
  return input;
}
