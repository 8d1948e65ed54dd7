/** How what is written looks back at what was read. */
import { InputError } from './input-error.ts';
import type { Architecture, ModelSpec } from './model.ts';
import { requireInteger, requireKeys, requireOneOf } from './validation.ts';

export interface AttentionOptions {
  /** Scores v·tanh(W_q h + W_k s) (Bahdanau et al. 2015) or h·W s (Luong et al. 2015, general). */
  readonly kind: AttentionKind;
  /** Width of queries and keys of additive attention; default the decoder's top layer. */
  readonly size?: number;
}

export type AttentionKind = 'none' | 'additive' | 'multiplicative';
export const attentionKinds = ['none', 'additive', 'multiplicative'] as const;

/** @throws InputError for an architecture that does not read and write, or a size that does not fit the encoder. */
export function completeAttention(
  architecture: Architecture,
  options: AttentionOptions | undefined,
  { hiddenSize, bidirectional, merge }: ModelSpec['recurrent'],
): ModelSpec['attention'] {
  requireKeys('attention', options ?? {}, ['kind', 'size']);
  const kind = requireOneOf('attention.kind', options?.kind ?? 'none', attentionKinds);
  if (kind === 'none') return undefined;
  if (architecture !== 'encoder-decoder') {
    throw new InputError(`attention '${kind}' belongs to architecture 'encoder-decoder', got '${architecture}'`);
  }
  const top = hiddenSize[hiddenSize.length - 1];
  const source = bidirectional && merge === 'concat' ? 2 * top : top;
  const size = requireInteger('attention.size', options?.size ?? (kind === 'additive' ? top : source));
  if (kind === 'multiplicative' && size !== source) {
    throw new InputError(`attention.size must be the ${source} features of the encoder for kind 'multiplicative', got ${size}`);
  }
  return { kind, size };
}
