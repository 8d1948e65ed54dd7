/** An output layer whose weight is the embedding of the tokens that it says (Press and Wolf 2017, Inan et al. 2017). */
import { InputError } from './input-error.ts';
import type { ModelSpec } from './model.ts';

/** The tokens that a network says and reads again: those of its decoder, or of its input; undefined where it reads values. */
function spokenTokens({ input, output, decoder }: ModelSpec): { readonly vocabulary: number; readonly embedding: number } | undefined {
  if (decoder) return { vocabulary: output.classes, embedding: decoder.embedding };
  return input.kind === 'tokens' ? input : undefined;
}

/**
 * Holds a model with tied embeddings to what one parameter for both asks for: tokens, as many classes as tokens, as many features as the output layer reads.
 *
 * @param features what the output layer reads at a time step
 * @throws InputError that names both sizes.
 */
export function requireTiedSizes(spec: ModelSpec, features: number): void {
  if (!spec.tiedEmbeddings) return;
  const { input, output, decoder, recurrent } = spec;
  const tokens = spokenTokens(spec);
  if (!tokens) throw new InputError(`tiedEmbeddings must come with an input of tokens, got ${input.kind}`);
  if (tokens.vocabulary !== output.classes) {
    throw new InputError(`tiedEmbeddings must have as many classes as the vocabulary of ${tokens.vocabulary}, got ${output.classes}`);
  }
  if (tokens.embedding !== features) {
    const name = decoder ? 'decoder.embedding' : 'input.embedding';
    const got = tokens.embedding === 0 ? '0 (one-hot)' : `${tokens.embedding}`;
    throw new InputError(`${name} must be the ${features} features that the output layer reads for tiedEmbeddings, got ${got}`);
  }
  const units = recurrent.hiddenSize[recurrent.hiddenSize.length - 1];
  if (units !== features && units % 4 !== 0) {
    throw new InputError(`hiddenSize must be a multiple of 4 for tiedEmbeddings over two directions side by side, got ${units}`);
  }
}
