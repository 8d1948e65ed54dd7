/**
 * Free running over real values: after the first time steps, which run as one, each step reads what the one before said. In reverse ∂L/∂x of a step is added to
 * ∂L/∂y of the step before it, so that there too all layers and the head advance together; parameter gradients come after it, over all steps at once.
 */
import { type FeedValueOptions, feedValue } from '../../shaders/feed-value.ts';
import { feedValueBackward } from '../../shaders/feed-value-backward.ts';
import { type FreeFeedback, fedInputs } from '../spec/feedback.ts';
import type { PlanBuilder } from './builder.ts';
import { type Head, planHeadForward, planHeadGradient, planSourceGradient } from './layers/dense.ts';
import type { Rows } from './layers/recurrent.ts';
import { planStackSteps, type Stack } from './layers/stack.ts';
import { beginStackSweep, planSweepGradients, planSweepSteps } from './layers/stack-sweep.ts';
import type { Reduction } from './layers/weight-gradient.ts';
import { elementwiseWorkgroup } from './strategy.ts';
import type { Tensor } from './tensor.ts';

export interface FreeLoop {
  readonly feedback: FreeFeedback;
  /** Numbers of the input, I without padding. */
  readonly size: number;
  readonly stack: Stack;
  readonly head: Head;
}

const givenSteps = ({ feedback, stack }: FreeLoop): number => Math.min(feedback.given ?? 1, stack.options.timeSteps);

function rowsOf(loop: FreeLoop): Rows {
  const { input } = loop.stack.layers[0].directions[0];
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
  const { timeSteps, batch } = stack.options;
  const given = givenSteps(loop);
  const sweep = beginStackSweep(builder, stack, { parameters, outputGradient });
  const planSteps = (first: number, steps: number): void => {
    planSourceGradient(builder, head, parameters, outputGradient, batch * head.source.columns, first, steps);
    // what was given learns nothing
    planSweepSteps(builder, sweep, first, steps, first >= given);
  };
  const kernel = feedValueBackward({ ...kernelOptions(builder, loop), timeSteps });
  for (let time = timeSteps - 1; time >= given; time--) {
    planSteps(time, 1);
    const bound = { inputGradient: sweep.inputGradient, outputGradient: head.logits };
    builder.dispatch('backward', `feed t=${time}`, kernel, bound, { time });
  }
  planSteps(0, given);
  planHeadGradient(builder, head, gradients, reduction);
  planSweepGradients(builder, sweep, gradients, reduction);
}
