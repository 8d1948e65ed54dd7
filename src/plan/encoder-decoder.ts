/**
 * Networks that write: a decoder whose first states come from what an encoder read (encoder-decoder) or from one vector or image (one-to-many), trained by
 * teacher forcing, or at times reading its own words (closed-loop.ts): at each step it reads the token before the one it should write, the mark first. Attention stands between decoder and head and looks
 * at the encoder's outputs after the decoder has run (an open loop), or, where its output is fed to the decoder, step by step with it (input-feeding.ts);
 * without it the encoder speaks through its last states alone.
 */

import { valuesPerStep } from '../spec/model.ts';
import { oneDirection } from '../spec/parameters.ts';
import type { PlanBuilder } from './builder.ts';
import { createAttention } from './decoder-attention.ts';
import { type JoinedInput, joinedInput } from './input-feeding.ts';
import { type Attention, attentionOutput, planAttentionKeys } from './layers/attention.ts';
import { type Bridge, createBridge, planBridge } from './layers/bridge.ts';
import { type Convolution, createConvolution, planConvolution } from './layers/convolution.ts';
import { type NetworkInput, networkInput, planGather } from './layers/input.ts';
import type { Rows } from './layers/recurrent.ts';
import { createStack, planStackForward, type Stack, topOf } from './layers/stack.ts';
import { padded } from './legend.ts';
import { cellKind, lengthTensors } from './network.ts';
import { type Tensor, tensor } from './tensor.ts';
import type { WiringOptions } from './wiring.ts';

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

export function conditionRows(condition: Tensor | undefined, part: number): Rows {
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
