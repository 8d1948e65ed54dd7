/**
 * Forward sweeps in which all layers and the head advance together, because what the network says at one step is what it reads at the next. All of it
 * lies in the pass of the training step: nothing is read back in between.
 */
import { controlElements } from '../../shaders/common/control.ts';
import { feedToken } from '../../shaders/feed-token.ts';
import type { FreeFeedback, ScheduledFeedback } from '../spec/feedback.ts';
import type { PlanBuilder } from './builder.ts';
import type { Head } from './layers/dense.ts';
import { type NetworkInput, planSort } from './layers/input.ts';
import type { ParameterLayout } from './layout.ts';
import { padded } from './legend.ts';
import { elementwiseWorkgroup } from './strategy.ts';
import type { Tensor } from './tensor.ts';

/** Scheduled sampling, and the ring of metrics whose count of updates its schedule follows. */
export type WordFeedback = ScheduledFeedback & { readonly metrics: Tensor };
/** What a training step feeds back: its own words (here) or values (free-running.ts). */
export type Feedback = WordFeedback | FreeFeedback;

export interface FedLoop {
  readonly feedback: WordFeedback;
  readonly layout: ParameterLayout;
  /** Of the network that reads what it says; its tokens are gathered, and those that it chooses take their place. */
  readonly input: NetworkInput;
  readonly head: Head;
  readonly control: Tensor;
  readonly parameters: Tensor;
  /** Micro-batch. */
  readonly part: number;
}

/** Scheduled sampling: `planStep` brings the logits of one time step, after each a coin per row decides what it reads next. The reverse sweep is an open one. */
export function planFedForward(builder: PlanBuilder, timeSteps: number, loop: FedLoop, planStep: (time: number) => void): void {
  const { feedback, layout, input, head, control, parameters, part } = loop;
  const { shape, gather } = input;
  const { batch, prefix = '' } = shape;
  if (!gather || shape.input.kind !== 'tokens') throw new Error('a network that samples its own words must read tokens, got vectors');
  const { tokens, embedded } = gather;
  const { choice, most, schedule, steps, metrics } = feedback;
  const kernel = feedToken({
    batch,
    classes: Math.min(shape.input.vocabulary, head.bias.parameter.elements),
    stride: head.columns,
    embedding: embedded ? padded(shape.input.embedding) : 0,
    choice,
    share: { most, schedule, steps },
    workgroupSize: elementwiseWorkgroup(builder.profile),
  });
  const values = {
    control: part * controlElements(batch),
    embedding: embedded ? layout.at(`${prefix}embedding.weight`).offset : 0,
  };
  const bound = { control, metrics, logits: head.logits, tokens, ...(embedded ? { parameters, embedded } : {}) };
  for (let time = 0; time < timeSteps; time++) {
    planStep(time);
    if (time < timeSteps - 1) builder.dispatch('sample', `feed t=${time + 1}`, kernel, bound, { ...values, time });
  }
  planSort(builder, input);
}
