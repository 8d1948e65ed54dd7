/** What writes: the decoder of one-to-many and encoder-decoder. */
import { InputError } from './input-error.ts';
import type { Architecture, ModelInput, ModelSpec } from './model.ts';
import { requireInteger, requireKeys } from './validation.ts';

export interface DecoderOptions {
  /** Features per written token when it is fed back; default the input's embedding, else 0: one-hot. */
  readonly embedding?: number;
  /** The class that both begins and ends what is written; default 0. */
  readonly mark?: number;
}

/** @throws InputError if the architecture does not write, or what it reads or says is not of a kind that a decoder takes. */
export function completeDecoder(
  architecture: Architecture,
  options: DecoderOptions | undefined,
  input: ModelInput,
  output: ModelSpec['output'],
): ModelSpec['decoder'] {
  if (architecture !== 'one-to-many' && architecture !== 'encoder-decoder') {
    if (options) throw new InputError(`decoder belongs to architecture 'one-to-many' or 'encoder-decoder', got '${architecture}'`);
    return undefined;
  }
  if (architecture === 'one-to-many' && input.kind === 'tokens') {
    throw new InputError(`input of architecture 'one-to-many' must be one vector or one image, got ${input.kind}`);
  }
  if (output.kind !== 'softmax') throw new InputError(`output of architecture '${architecture}' must be 'softmax', got '${output.kind}'`);
  requireKeys('decoder', options ?? {}, ['embedding', 'mark']);
  const { embedding = input.kind === 'tokens' ? input.embedding : 0, mark = 0 } = options ?? {};
  return {
    embedding: requireInteger('decoder.embedding', embedding, 0),
    mark: requireInteger('decoder.mark', mark, 0, output.classes - 1),
  };
}
