/** The attention of a decoder as its model describes it, and where its gradients go. */
import { InputError } from '../spec/input-error.ts';
import type { PlanBuilder } from './builder.ts';
import { type Attention, attentionLayer } from './layers/attention.ts';
import { attentionSweep, planAttentionGradients, planAttentionSweep } from './layers/attention-backward.ts';
import { type Stack, topOf } from './layers/stack.ts';
import { type Tensor, tensor } from './tensor.ts';
import type { WiringOptions } from './wiring.ts';

export function createAttention(
  builder: PlanBuilder,
  { spec, layout, batch, timeSteps, sourceSteps }: WiringOptions,
  encoder: Stack,
  decoder: Stack,
  lengths: Tensor,
): Attention | undefined {
  const { attention, recurrent } = spec;
  if (!attention) return undefined;
  const { output } = topOf(encoder);
  const units = recurrent.hiddenSize[recurrent.hiddenSize.length - 1];
  const isSideBySide = recurrent.bidirectional && recurrent.merge === 'concat';
  if (attention.kind === 'multiplicative' && isSideBySide && units % 4 !== 0) {
    throw new InputError(`hiddenSize must be a multiple of 4 for multiplicative attention to two directions side by side, got ${units}`);
  }
  const at = (name: string) => layout.at(`attention.${name}.weight`);
  const isAdditive = attention.kind === 'additive';
  const states = topOf(decoder).output;
  return attentionLayer(builder, {
    kind: attention.kind,
    batch,
    targetSteps: timeSteps,
    sourceSteps,
    states: { rows: states.rows, offset: states.offset, columns: states.columns },
    source: { rows: output.rows, offset: output.offset, columns: output.columns, blocks: isSideBySide ? 2 : 1 },
    lengths: { tensor: lengths, offset: 0 },
    parameters: {
      query: at('query'),
      combine: at('combine'),
      ...(isAdditive ? { key: at('key'), score: at('score') } : {}),
    },
    isFed: attention.inputFeeding,
  });
}

/** ∂L/∂(outputs of the encoder), rows as in [S + 1, B, C]; attention writes it whole, but for row 0. */
export function encoderGradient(stack: Stack): Tensor {
  const { timeSteps, batch } = stack.options;
  return tensor('encoder.outputGradient', ['S+1', 'B', 'C'], [timeSteps + 1, batch, topOf(stack).output.columns]);
}

/** From ∂L/∂output of all steps, [T, B, H], to the gradients of states and source, whose rows lie as in [T + 1, B, H] and [S + 1, B, C]. */
export function planAttentionBackward(
  builder: PlanBuilder,
  attention: Attention,
  [parameters, gradients]: readonly [parameters: Tensor, gradients: Tensor],
  writtenGradient: Tensor,
  stateGradient: Tensor,
  sourceGradient: Tensor,
): void {
  const { batch, states, source } = attention;
  const sweep = attentionSweep(attention, writtenGradient, { tensor: stateGradient, offset: batch * states.columns });
  planAttentionSweep(builder, attention, parameters, sweep);
  const into = { tensor: sourceGradient, offset: batch * source.columns };
  planAttentionGradients(builder, attention, parameters, gradients, sweep, into);
}
