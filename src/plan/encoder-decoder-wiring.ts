/** Networks that write (encoder-decoder.ts) over whole sequences, forward and in reverse: training, validation and inference. */
import type { PlanBuilder } from './builder.ts';
import { planFedForward } from './closed-loop.ts';
import { encoderGradient, planAttentionBackward } from './decoder-attention.ts';
import { conditionRows, createEncoderDecoder, type EncoderDecoder, planReading } from './encoder-decoder.ts';
import { planFedBackward, planFedStep } from './input-feeding.ts';
import { planAttentionForward } from './layers/attention.ts';
import { createBridge, planBridgeBackward } from './layers/bridge.ts';
import { convolutionOf, planConvolutionBackward } from './layers/convolution.ts';
import { denseHead, type Head, headParameters, planHeadBackward, planHeadForward } from './layers/dense.ts';
import { planEmbeddingGradient, planGather, wantsInputGradient } from './layers/input.ts';
import { directionGradients } from './layers/join.ts';
import { type InitialGradient, planStackBackward, planStackForward, planStackSteps, topOf } from './layers/stack.ts';
import { stackOfPart } from './network.ts';
import { type Tensor, tensor } from './tensor.ts';
import type { Wiring, WiringOptions } from './wiring.ts';

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
