/** How what is written looks back at what was read. */
import { InputError } from './input-error.ts';
import type { Architecture, ModelSpec } from './model.ts';
import { requireBoolean, requireInteger, requireKeys, requireOneOf } from './validation.ts';

export interface AttentionOptions {
  /** Scores v·tanh(W_q h + W_k s) (Bahdanau et al. 2015) or h·W s (Luong et al. 2015, general). */
  readonly kind: AttentionKind;
  /** Width of queries and keys of additive attention; default the decoder's top layer. */
  readonly size?: number;
  /** The decoder also reads the attentional vector of the step before, zeros at the first (Luong et al. 2015, section 3.3); default false. */
  readonly inputFeeding?: boolean;
}

export type AttentionKind = 'none' | 'additive' | 'multiplicative';
export const attentionKinds = ['none', 'additive', 'multiplicative'] as const;

/** @throws InputError for an architecture that does not read and write, or a size that does not fit the encoder. */
export function completeAttention(
  architecture: Architecture,
  options: AttentionOptions | undefined,
  { hiddenSize, bidirectional, merge }: ModelSpec['recurrent'],
  decoder: ModelSpec['decoder'],
): ModelSpec['attention'] {
  requireKeys('attention', options ?? {}, ['kind', 'size', 'inputFeeding']);
  const kind = requireOneOf('attention.kind', options?.kind ?? 'none', attentionKinds);
  const inputFeeding = requireBoolean('attention.inputFeeding', options?.inputFeeding ?? false);
  if (kind === 'none') {
    if (inputFeeding) throw new InputError("attention.inputFeeding belongs to attention 'additive' or 'multiplicative', got 'none'");
    return undefined;
  }
  if (architecture !== 'encoder-decoder') {
    throw new InputError(`attention '${kind}' belongs to architecture 'encoder-decoder', got '${architecture}'`);
  }
  const top = hiddenSize[hiddenSize.length - 1];
  const source = bidirectional && merge === 'concat' ? 2 * top : top;
  const size = requireInteger('attention.size', options?.size ?? (kind === 'additive' ? top : source));
  if (kind === 'multiplicative' && size !== source) {
    throw new InputError(`attention.size must be the ${source} features of the encoder for kind 'multiplicative', got ${size}`);
  }
  if (inputFeeding && decoder?.embedding === 0) {
    throw new InputError('decoder.embedding must be positive with attention.inputFeeding, which joins features, got 0 (one-hot)');
  }
  return { kind, size, ...(inputFeeding && { inputFeeding }) };
}
