/**
 * Free running over real values: after the first time steps, which run as one, each step reads what the one before said. In reverse ∂L/∂x of a step is added to
 * ∂L/∂y of the step before it, so that there too all layers and the head advance together; parameter gradients come after it, over all steps at once.
 */
import { type FeedValueOptions, feedValue } from '../../shaders/feed-value.ts';
import { feedValueBackward } from '../../shaders/feed-value-backward.ts';
import { type FreeFeedback, fedInputs } from '../spec/feedback.ts';
import type { PlanBuilder } from './builder.ts';
import { type Head, planHeadForward, planHeadGradient, planSourceGradient } from './layers/dense.ts';
import type { RecurrentLayer, Rows } from './layers/recurrent.ts';
import { layerGradient } from './layers/recurrent-backward.ts';
import { inputGradientTensor, planInputGradient } from './layers/recurrent-input.ts';
import { everyCell, planRecurrentSweep, reverseCarry } from './layers/recurrent-sweep.ts';
import { planStackSteps, type Stack } from './layers/stack.ts';
import { planStartBackward } from './layers/start.ts';
import { planReduction, planWeightGradient, type Reduction } from './layers/weight-gradient.ts';
import { elementwiseWorkgroup } from './strategy.ts';
import type { Tensor } from './tensor.ts';

export interface FreeLoop {
  readonly feedback: FreeFeedback;
  /** Numbers of the input, I without padding. */
  readonly size: number;
  readonly stack: Stack;
  readonly head: Head;
}

const layersOf = ({ stack }: FreeLoop): readonly RecurrentLayer[] => stack.layers.map(({ directions }) => directions[0]);

const givenSteps = ({ feedback, stack }: FreeLoop): number => Math.min(feedback.given ?? 1, stack.options.timeSteps);

function rowsOf(loop: FreeLoop): Rows {
  const [{ input }] = layersOf(loop);
  if (input.kind !== 'rows') throw new Error('a network that runs freely over values must read vectors, got tokens');
  return input;
}

const kernelOptions = (builder: PlanBuilder, loop: FreeLoop): FeedValueOptions => ({
  batch: loop.head.batch,
  inputs: fedInputs(loop.feedback, loop.size),
  columns: rowsOf(loop).columns,
  stride: loop.head.columns,
  workgroupSize: elementwiseWorkgroup(builder.profile),
});

/** What is fed back takes the place of the uploaded input. */
export function planFreeForward(builder: PlanBuilder, loop: FreeLoop, weights: Tensor): void {
  const { stack, head } = loop;
  const { rows, offset } = rowsOf(loop);
  const given = givenSteps(loop);
  const kernel = feedValue(kernelOptions(builder, loop));
  planStackSteps(builder, stack, weights, 0, given);
  planHeadForward(builder, head, weights, 0, given);
  for (let time = given; time < stack.options.timeSteps; time++) {
    builder.dispatch('forward', `feed t=${time}`, kernel, { output: head.logits, input: rows }, { time: time - 1, input: offset });
    planStackSteps(builder, stack, weights, time);
    planHeadForward(builder, head, weights, time, 1);
  }
}

/** From the gradients that stand in the logits to all parameter gradients; `outputGradient` is that of the top layer. */
export function planFreeBackward(
  builder: PlanBuilder,
  loop: FreeLoop,
  parameters: Tensor,
  gradients: Tensor,
  outputGradient: Tensor,
  reduction?: Reduction,
): void {
  const { stack, head } = loop;
  const { timeSteps, batch, watch, clip, anew } = stack.options;
  const given = givenSteps(loop);
  const input = rowsOf(loop);
  const layers = layersOf(loop);
  const inputs = layers.map((layer, index) => inputGradientTensor(layer, index === 0 ? input : inputOf(layer)));
  const cellGradients = layers.map((layer) => everyCell(layer, watch));
  const sweeps = layers.map((layer, index) => ({
    parameters,
    outputGradient: inputs[index + 1] ?? outputGradient,
    carry: cellGradients[index] ?? reverseCarry(layer),
    keepsCells: cellGradients[index] !== undefined,
    initial: layer.start !== undefined,
    clip,
  }));
  const planSteps = (first: number, steps: number): void => {
    planSourceGradient(builder, head, parameters, outputGradient, batch * head.source.columns, first, steps);
    for (let index = layers.length - 1; index >= 0; index--) {
      // the turn of the initial state comes ahead of that of step 0
      const ahead = sweeps[index].initial ? 1 : 0;
      planRecurrentSweep(builder, layers[index], sweeps[index], first === 0 ? 0 : first + ahead, first + steps + ahead);
      // what was given learns nothing
      if (index === 0 && first < given) continue;
      planInputGradient(
        builder,
        layers[index],
        inputOf(layers[index]),
        parameters,
        layers[index].gates,
        inputs[index],
        first,
        steps,
        false,
      );
    }
  };
  for (const layer of [...layers].reverse()) watch?.planBeforeSweep(builder, layer);
  const kernel = feedValueBackward({ ...kernelOptions(builder, loop), timeSteps });
  for (let time = timeSteps - 1; time >= given; time--) {
    planSteps(time, 1);
    builder.dispatch('backward', `feed t=${time}`, kernel, { inputGradient: inputs[0], outputGradient: head.logits }, { time });
  }
  planSteps(0, given);
  planHeadGradient(builder, head, gradients, reduction);
  for (let index = layers.length - 1; index >= 0; index--) {
    const layer = layers[index];
    const isTop = index === layers.length - 1;
    watch?.planAfterSweep(builder, layer, sweeps[index].outputGradient, cellGradients[index]);
    planWeightGradient(builder, layerGradient(layer, gradients), isTop ? reduction : undefined);
    if (isTop && reduction) planReduction(builder, `gradient_${layer.name}`, reduction, gradients);
    const { outputGradient: h, carry } = sweeps[index];
    planStartBackward(builder, layer, gradients, { h, c: layer.cells && carry }, anew);
  }
}

function inputOf({ input, name }: RecurrentLayer): Rows {
  if (input.kind !== 'rows') throw new Error(`layer ${name} must read rows, got tokens`);
  return input;
}
