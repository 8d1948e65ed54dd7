/** One step of a network that writes, as a closed loop takes it: the token it wrote last (and, fed, what the head read), all layers of the decoder, attention, logits. */
import { embeddingGather } from '../../shaders/embedding-gather.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import type { ModelSpec } from '../spec/model.ts';
import type { PlanBuilder } from './builder.ts';
import type { EncoderDecoder } from './encoder-decoder.ts';
import { planFeed } from './input-feeding.ts';
import { planAttentionForward } from './layers/attention.ts';
import { headParameters } from './layers/dense.ts';
import { planProduct } from './layers/product.ts';
import { planStackSteps } from './layers/stack.ts';
import type { ParameterLayout } from './layout.ts';
import { padded } from './legend.ts';
import { elementwiseWorkgroup } from './strategy.ts';
import { type Tensor, tensor } from './tensor.ts';

export interface DecoderStepOptions {
  readonly spec: ModelSpec;
  readonly layout: ParameterLayout;
  readonly network: EncoderDecoder;
  /** [T + 1, B] u32: row t is what step t reads. */
  readonly tokens: Tensor;
  readonly parameters: Tensor;
  readonly weights: Tensor;
}

export interface DecoderStep extends DecoderStepOptions {
  readonly batch: number;
  /** [B, V padded], of the step that was last. */
  readonly logits: Tensor;
  /** Absent where tokens are one-hot. */
  readonly embed?: { readonly kernel: Kernel; readonly embedded: Tensor; readonly columns: number };
}

export function createDecoderStep(builder: PlanBuilder, options: DecoderStepOptions): DecoderStep {
  const { spec, layout, network, tokens } = options;
  const [, batch] = tokens.shape;
  const embedded = network.decoder.input.gather?.embedded;
  const columns = padded(spec.decoder?.embedding ?? 0);
  const shape = { positions: batch, vocabulary: spec.output.classes, workgroupSize: elementwiseWorkgroup(builder.profile) };
  return {
    ...options,
    batch,
    logits: tensor('logits', ['B', 'V'], [batch, headParameters(layout, network.prefix).weight.rows]),
    embed: embedded && { kernel: embeddingGather({ ...shape, embedding: columns }), embedded, columns },
  };
}

/** From row `time` of the tokens and of the states to row `time + 1` of the states, and the logits. */
export function planDecoderStep(builder: PlanBuilder, step: DecoderStep, time: number, label = `t=${time}`): void {
  const { layout, network, tokens, parameters, weights, batch, logits, embed } = step;
  const { decoder, attention, fed, written, prefix } = network;
  if (embed) {
    const embedding = layout.at(`${prefix}embedding.weight`).offset;
    const values = { tokens: time * batch, embedding, out: time * batch * embed.columns };
    builder.dispatch('gather', `embed ${label}`, embed.kernel, { tokens, parameters, embedded: embed.embedded }, values);
  }
  if (fed && attention) planFeed(builder, { fed, attention, stack: decoder.stack }, time, label);
  planStackSteps(builder, decoder.stack, weights, time);
  if (attention) planAttentionForward(builder, attention, weights, parameters, time, 1);
  const { weight, bias } = headParameters(layout, prefix);
  planProduct(builder, {
    phase: 'forward',
    label: `logits ${label}`,
    rows: batch,
    columns: logits.shape[1],
    inner: written.columns,
    left: written.rows,
    leftOffset: written.offset + time * batch * written.columns,
    leftStride: written.columns,
    right: weights,
    rightOffset: weight.weights,
    bias: bias.weights,
    out: logits,
    outStride: logits.shape[1],
  });
}
