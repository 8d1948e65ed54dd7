/**
 * Input feeding (Luong et al. 2015, section 3.3): at step t the lowest layer of a decoder reads [features of the token; attentional vector of step t - 1], so
 * that decoder and attention advance together. In reverse ∂L/∂(attentional vector) of a step is what the head wants of it and what the step after it read.
 */
import { joinColumns } from '../../shaders/join-columns.ts';
import { splitColumns } from '../../shaders/split-columns.ts';
import type { PlanBuilder } from './builder.ts';
import { type Attention, planAttentionForward } from './layers/attention.ts';
import { attentionSweep, planAttentionGradients, planAttentionSweep } from './layers/attention-backward.ts';
import { type Head, planHeadBackward } from './layers/dense.ts';
import type { Rows } from './layers/recurrent.ts';
import { type InitialGradient, planStackSteps, type Stack } from './layers/stack.ts';
import { beginStackSweep, planSweepGradients, planSweepSteps } from './layers/stack-sweep.ts';
import { padded } from './legend.ts';
import { elementwiseWorkgroup } from './strategy.ts';
import { type Tensor, tensor } from './tensor.ts';

/** What the lowest layer reads instead of the embedded tokens. */
export interface JoinedInput {
  /** [T, B, E] */
  readonly embedded: Tensor;
  /** [T, B, E + H], padded at the end alone. */
  readonly joined: Rows;
  /** E and H, without padding. */
  readonly features: number;
  readonly vector: number;
}

export function joinedInput(embedded: Tensor, features: number, vector: number): JoinedInput {
  const [steps, batch] = embedded.shape;
  const columns = padded(features + vector);
  const rows = tensor('decoder.fed', ['T', 'B', 'I'], [steps, batch, columns]);
  return { embedded, joined: { kind: 'rows', rows, offset: 0, columns }, features, vector };
}

/** A decoder that is fed: the attention's output begins with a row of zeros. */
export interface FedDecoder {
  readonly fed: JoinedInput;
  readonly stack: Stack;
  readonly attention: Attention;
}

const columnsOf = (builder: PlanBuilder, { fed: { embedded, joined, features, vector }, attention }: FedDecoder) => ({
  rows: embedded.shape[1],
  firstColumns: features,
  firstStride: embedded.shape[2],
  firstBlocks: 1,
  secondColumns: vector,
  secondStride: attention.output.shape[2],
  stride: joined.columns,
  workgroupSize: elementwiseWorkgroup(builder.profile),
});

/** What step `time` reads: row `time` of the attention's output is that of the step before. */
export function planFeed(builder: PlanBuilder, decoder: FedDecoder, time: number, label = `t=${time}`): void {
  const shape = columnsOf(builder, decoder);
  const { fed, attention } = decoder;
  const bound = { first: fed.embedded, second: attention.output, joined: fed.joined.rows };
  const row = time * shape.rows;
  const places = { first: row * shape.firstStride, second: row * shape.secondStride, joined: row * shape.stride };
  builder.dispatch('forward', `feed ${label}`, joinColumns(shape), bound, places);
}

/** One step: what it reads, all layers, attention. */
export function planFedStep(builder: PlanBuilder, decoder: FedDecoder, weights: Tensor, parameters: Tensor, time: number): void {
  planFeed(builder, decoder, time);
  planStackSteps(builder, decoder.stack, weights, time);
  planAttentionForward(builder, decoder.attention, weights, parameters, time, 1);
}

export interface FedBackwardOptions extends FedDecoder {
  readonly head: Head;
  readonly parameters: Tensor;
  readonly gradients: Tensor;
  /** ∂L/∂(encoder's outputs), rows as in [S + 1, B, C]: written whole but for row 0. */
  readonly sourceGradient: Tensor;
  /** For ∂L/∂h of the top layer, rows as those of its states. */
  readonly outputGradient: Tensor;
}

/** From the gradients that stand in the logits; returns ∂L/∂(embedded tokens), rows as in [T + 1, B, E], and those of the first states. */
export function planFedBackward(
  builder: PlanBuilder,
  options: FedBackwardOptions,
): { readonly embedded: Tensor; readonly initial: readonly InitialGradient[] } {
  const { stack, attention, head, parameters, gradients, sourceGradient, outputGradient } = options;
  const { timeSteps, batch } = stack.options;
  const shape = columnsOf(builder, options);
  const vectors = batch * shape.secondStride;
  const written = tensor('writtenGradient', ['T', 'B', 'H'], [timeSteps, batch, shape.secondStride]);
  const beforeFirst = tensor('decoder.firstFedGradient', ['B', 'H'], [batch, shape.secondStride]);
  const embedded = tensor('decoder.embeddedGradient', ['T+1', 'B', 'E'], [timeSteps + 1, batch, shape.firstStride]);
  planHeadBackward(builder, head, parameters, gradients, written, 0);
  const attended = attentionSweep(attention, written, { tensor: outputGradient, offset: batch * attention.states.columns });
  const sweep = beginStackSweep(builder, stack, { parameters, outputGradient, initial: true });
  for (let time = timeSteps - 1; time >= 0; time--) {
    planAttentionSweep(builder, attention, parameters, attended, time, 1);
    planSweepSteps(builder, sweep, time, 1);
    const isFirst = time === 0;
    const kernel = splitColumns({ ...shape, addsSecond: !isFirst });
    const bound = { joined: sweep.inputGradient, first: embedded, second: isFirst ? beforeFirst : written };
    const row = (time + 1) * batch;
    const places = { joined: row * shape.stride, first: row * shape.firstStride, second: isFirst ? 0 : (time - 1) * vectors };
    builder.dispatch('backward', `feed t=${time}`, kernel, bound, places);
  }
  const source = { tensor: sourceGradient, offset: batch * attention.source.columns };
  planAttentionGradients(builder, attention, parameters, gradients, attended, source);
  const initial = planSweepGradients(builder, sweep, gradients);
  return { embedded, initial };
}
