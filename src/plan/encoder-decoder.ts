/**
 * Networks that write: a decoder whose first states come from what an encoder read (encoder-decoder) or from one vector or image (one-to-many), trained by
 * teacher forcing, or at times reading its own words (closed-loop.ts): at each step it reads the token before the one it should write, the mark first. Attention stands between decoder and head and looks
 * at the encoder's outputs after the decoder has run (an open loop), or, where its output is fed to the decoder, step by step with it (input-feeding.ts);
 * without it the encoder speaks through its last states alone.
 */

import { valuesPerStep } from '../spec/model.ts';
import { oneDirection } from '../spec/parameters.ts';
import type { PlanBuilder } from './builder.ts';
import { planFedForward } from './closed-loop.ts';
import { createAttention, encoderGradient, planAttentionBackward } from './decoder-attention.ts';
import { type JoinedInput, joinedInput, planFedBackward, planFedStep } from './input-feeding.ts';
import { type Attention, attentionOutput, planAttentionForward, planAttentionKeys } from './layers/attention.ts';
import { type Bridge, createBridge, planBridge, planBridgeBackward } from './layers/bridge.ts';
import { type Convolution, convolutionOf, createConvolution, planConvolution, planConvolutionBackward } from './layers/convolution.ts';
import { denseHead, type Head, headParameters, planHeadBackward, planHeadForward } from './layers/dense.ts';
import { type NetworkInput, networkInput, planEmbeddingGradient, planGather, wantsInputGradient } from './layers/input.ts';
import { directionGradients } from './layers/join.ts';
import type { Rows } from './layers/recurrent.ts';
import {
  createStack,
  type InitialGradient,
  planStackBackward,
  planStackForward,
  planStackSteps,
  type Stack,
  topOf,
} from './layers/stack.ts';
import { padded } from './legend.ts';
import { cellKind, lengthTensors, stackOfPart } from './network.ts';
import { type Tensor, tensor } from './tensor.ts';
import type { Wiring, WiringOptions } from './wiring.ts';

interface Half {
  readonly input: NetworkInput;
  readonly stack: Stack;
}

/** The parts of such a network; the decoding plan strings them together in another order. */
export interface EncoderDecoder {
  readonly encoder?: Half;
  readonly condition?: Tensor;
  /** Between images and the bridge. */
  readonly convolution?: Convolution;
  readonly bridge: Bridge;
  readonly decoder: Half;
  readonly attention?: Attention;
  /** With attention whose output the decoder reads. */
  readonly fed?: JoinedInput;
  /** What the head reads. */
  readonly written: Rows;
  readonly prefix: string;
  readonly lengths?: readonly Tensor[];
  readonly targetLengths?: readonly Tensor[];
}

/** `written`: where the ids of a closed loop lie, [T + 1, B], instead of gathered ones. */
export function createEncoderDecoder(builder: PlanBuilder, options: WiringOptions & { readonly written?: Tensor }): EncoderDecoder {
  const { spec, layout, batch, timeSteps, sourceSteps, parts, isTraining, hasTargets, control, watch, clip, keepsGates } = options;
  const { decoder: writer, output, recurrent } = spec;
  if (!writer) throw new Error(`architecture '${spec.architecture}' must have a decoder, got none`);
  const isPair = spec.architecture === 'encoder-decoder';
  const prefix = isPair ? 'decoder.' : '';
  const dropout = isTraining ? recurrent.dropout : 0;
  const shared = {
    cell: cellKind(spec),
    hiddenSize: recurrent.hiddenSize,
    dropout,
    rates: recurrent,
    isTraining,
    batch,
    control,
    watch,
    clip,
    keepsGates,
  };

  const lengths = isPair ? lengthTensors('lengths', parts, batch) : undefined;
  const encoderInput = isPair
    ? networkInput({
        input: spec.input,
        prefix: 'encoder.',
        batch,
        timeSteps: sourceSteps,
        parts,
        isTraining,
        gathersTargets: false,
        controlBlock: parts,
      })
    : undefined;
  const { bidirectional, merge } = recurrent;
  const encoder = encoderInput && {
    input: encoderInput,
    stack: createStack(
      builder,
      { ...shared, prefix: 'encoder.', bidirectional, merge, timeSteps: sourceSteps, lengths: lengths?.[0] },
      layout,
      encoderInput.layer,
    ),
  };
  const condition =
    !isPair && spec.input.kind !== 'tokens'
      ? tensor('condition', ['A', 'B', 'I'], [parts, batch, padded(valuesPerStep(spec.input))], 'kept')
      : undefined;
  const convolution =
    spec.input.kind === 'image' ? createConvolution({ layout, image: spec.input, batch, from: conditionRows(condition, 0) }) : undefined;

  const tokens = { kind: 'tokens', vocabulary: output.classes, embedding: writer.embedding } as const;
  const isFed = options.feedback !== undefined;
  const shape = { input: tokens, prefix, batch, timeSteps, parts, isTraining, gathersTargets: hasTargets, isFed };
  const decoderInput = networkInput({ ...shape, tokens: options.written });
  const targetLengths = hasTargets ? lengthTensors('targetLengths', parts, batch) : undefined;
  const one = oneDirection(spec).recurrent;
  const embedded = spec.attention?.inputFeeding ? decoderInput.gather?.embedded : undefined;
  const fed = embedded && joinedInput(embedded, writer.embedding, recurrent.hiddenSize[recurrent.layers - 1]);
  const stack = createStack(
    builder,
    { ...shared, prefix, bidirectional: one.bidirectional, merge: one.merge, timeSteps, lengths: targetLengths?.[0], noise: 1024 },
    layout,
    fed?.joined ?? decoderInput.layer,
  );
  const from = encoder?.stack ?? convolution?.features ?? conditionRows(condition, 0);
  const bridge = createBridge({ layout, decoder: stack, from });
  const attention = encoder && lengths && spec.attention ? createAttention(builder, options, encoder.stack, stack, lengths[0]) : undefined;
  const written = attention ? attentionOutput(attention) : topOf(stack).output;
  const half = { input: decoderInput, stack };
  return { encoder, condition, convolution, bridge, decoder: half, attention, fed, written, prefix, lengths, targetLengths };
}

function conditionRows(condition: Tensor | undefined, part: number): Rows {
  if (!condition) throw new Error('a decoder must have an encoder or a condition, got neither');
  const [, batch, columns] = condition.shape;
  return { kind: 'rows', rows: condition, offset: part * batch * columns, columns };
}

/** The encoder and its keys, or the convolution, and the decoder's first states. */
export function planReading(
  builder: PlanBuilder,
  { layout, control, parameters, weights }: WiringOptions,
  { encoder, convolution, bridge, attention }: EncoderDecoder,
  part: number,
): void {
  if (encoder) {
    planGather(builder, layout, encoder.input, control, parameters, part);
    planStackForward(builder, encoder.stack, weights, attention !== undefined);
  }
  if (convolution) planConvolution(builder, convolution, weights);
  planBridge(builder, bridge, weights);
  if (attention) planAttentionKeys(builder, attention, weights);
}

/** What changes from micro-batch to micro-batch. */
function ofPart(parts: EncoderDecoder, options: WiringOptions, part: number): EncoderDecoder {
  if (part === 0) return parts;
  const { encoder, decoder, attention, condition, lengths, targetLengths } = parts;
  const convolution = parts.convolution && convolutionOf(parts.convolution, conditionRows(condition, part).offset);
  const moved = encoder && { ...encoder, stack: stackOfPart(encoder.stack, part, lengths?.[part]) };
  const written = { ...decoder, stack: stackOfPart(decoder.stack, part, targetLengths?.[part]) };
  const source = lengths?.[part];
  const from = moved?.stack ?? convolution?.features ?? conditionRows(condition, part);
  return {
    ...parts,
    encoder: moved,
    convolution,
    decoder: written,
    bridge: createBridge({ layout: options.layout, decoder: written.stack, from }),
    attention: attention && source && { ...attention, lengths: { tensor: source, offset: 0 } },
  };
}

export function encoderDecoderWiring(builder: PlanBuilder, options: WiringOptions): Wiring {
  const { layout, batch, timeSteps, parts, control, parameters, weights, logitsStorage, feedback } = options;
  const network = createEncoderDecoder(builder, options);
  const { decoder, encoder, prefix, written, attention, condition } = network;
  const head = denseHead(written, [timeSteps, batch], headParameters(layout, prefix), logitsStorage);
  // made once each: both sweeps of a micro-batch must speak of the same tensors
  const places = Array.from({ length: parts }, (_, part) => ofPart(network, options, part));
  const above: (Tensor | readonly Tensor[])[] = [];
  return {
    head,
    stack: decoder.stack,
    encoder: encoder?.stack,
    layers: decoder.stack.layers.map(({ directions }) => directions[0]),
    input: encoder?.input ?? decoder.input,
    targets: decoder.input.gather?.targets,
    lengths: network.lengths,
    targetLengths: network.targetLengths,
    condition,
    alignment: attention?.alignment,
    controlBlocks: encoder ? 2 * parts : parts,
    prepare(build, part) {
      if (!encoder) return;
      const gradients = attention ? [encoderGradient(encoder.stack)] : directionGradients(topOf(encoder.stack));
      // attention writes ∂L/∂(encoder's outputs) whole; without it only the last states have one
      if (!attention) for (const gradient of gradients) build.clear(gradient.name, gradient);
      above[part] = attention ? gradients[0] : gradients;
    },
    planForward(build, part) {
      const here = places[part];
      planReading(build, options, here, part);
      planGather(build, layout, here.decoder.input, control, parameters, part);
      const { stack } = here.decoder;
      const planStep = (time: number): void => {
        if (here.fed && here.attention) {
          planFedStep(build, { fed: here.fed, stack, attention: here.attention }, weights, parameters, time);
          return;
        }
        planStackSteps(build, stack, weights, time);
        if (here.attention) planAttentionForward(build, here.attention, weights, parameters, time, 1);
      };
      if (feedback?.kind === 'scheduled') {
        const loop = { feedback, layout, input: here.decoder.input, head, control, parameters, part };
        planFedForward(build, timeSteps, loop, (time) => {
          planStep(time);
          planHeadForward(build, head, weights, time, 1);
        });
        return;
      }
      if (here.fed) {
        for (let time = 0; time < timeSteps; time++) planStep(time);
      } else {
        planStackForward(build, stack, weights);
        if (here.attention) planAttentionForward(build, here.attention, weights, parameters);
      }
      planHeadForward(build, head, weights);
    },
    planBackward(build, part, gradients) {
      const here = places[part];
      const swept = planDecoderBackward(build, here, head, [parameters, gradients], above[part]);
      planEmbeddingGradient(build, layout, here.decoder.input, swept.input, gradients);
      const { convolution } = here;
      const featuresGradient = convolution && tensor('featuresGradient', ['B', 'P·F'], [batch, convolution.features.columns]);
      const finals = planBridgeBackward(build, here.bridge, parameters, gradients, swept.initial, featuresGradient);
      if (convolution && featuresGradient) planConvolutionBackward(build, convolution, parameters, gradients, featuresGradient);
      if (!here.encoder) return;
      const { input: read } = planStackBackward(build, here.encoder.stack, parameters, gradients, {
        above: above[part],
        finals,
        wantsInput: wantsInputGradient(here.encoder.input),
      });
      planEmbeddingGradient(build, layout, here.encoder.input, read, gradients);
    },
  };
}

/** From the gradients that stand in the logits: those of head, attention and decoder; returns ∂L/∂x and those of the first states. */
function planDecoderBackward(
  builder: PlanBuilder,
  { decoder: { stack, input }, attention, fed, prefix }: EncoderDecoder,
  head: Head,
  [parameters, gradients]: readonly [parameters: Tensor, gradients: Tensor],
  above: Tensor | readonly Tensor[],
): { readonly input?: Tensor; readonly initial: readonly InitialGradient[] } {
  const { timeSteps, batch } = stack.options;
  const { columns } = topOf(stack).output;
  const outputGradient = tensor(`${prefix}outputGradient`, ['T+1', 'B', 'H'], [timeSteps + 1, batch, columns]);
  if (fed && attention) {
    const sourceGradient = above as Tensor;
    const options = { fed, stack, attention, head, parameters, gradients, sourceGradient, outputGradient };
    const { embedded, initial } = planFedBackward(builder, options);
    return { input: embedded, initial };
  }
  if (attention) {
    const writtenGradient = tensor('writtenGradient', ['T', 'B', 'H'], [timeSteps, batch, head.source.columns]);
    planHeadBackward(builder, head, parameters, gradients, writtenGradient, 0);
    planAttentionBackward(builder, attention, [parameters, gradients], writtenGradient, outputGradient, above as Tensor);
  } else {
    planHeadBackward(builder, head, parameters, gradients, outputGradient, batch * columns);
  }
  const wish = { above: outputGradient, wantsInput: wantsInputGradient(input), initial: true };
  return planStackBackward(builder, stack, parameters, gradients, wish);
}
