/** Character n-grams: what counting alone predicts, the bar that a trained network must clear. */
import { requireInteger } from '../spec/validation.ts';

/** Probabilities of the next token given the tokens before it. */
export interface NgramModel {
  readonly order: number;
  /** P(tokens[index] | the order - 1 tokens before it, or as many as there are). */
  probability(tokens: ArrayLike<number>, index: number): number;
}

interface Level {
  /** How often a token followed a context, by context·V + token. */
  readonly pairs: Map<number, number>;
  /** How often a context was followed by anything, and by how many different tokens. */
  readonly contexts: Map<number, { total: number; distinct: number }>;
}

/**
 * Counts n-grams and interpolates them after Witten and Bell (1991): with c(h) tokens seen after the context h, t(h) of them different,
 * P(w | h) = (c(h, w) + t(h)·P(w | shorter h)) / (c(h) + t(h)), and 1 / vocabulary below the unigram. It has no parameter to fit, so that
 * the held-out text is never looked at.
 *
 * @param order 1 for single tokens, 3 for the two tokens before
 * @throws InputError unless order and vocabulary are positive integers.
 */
export function countNgrams(
  tokens: ArrayLike<number>,
  { order, vocabulary }: { readonly order: number; readonly vocabulary: number },
): NgramModel {
  requireInteger('order', order);
  requireInteger('vocabulary', vocabulary);
  const levels = Array.from({ length: order }, (): Level => ({ pairs: new Map(), contexts: new Map() }));
  for (let index = 0; index < tokens.length; index++) {
    let context = 0;
    let scale = 1;
    for (let length = 0; length < order && length <= index; length++) {
      if (length > 0) {
        context += tokens[index - length] * scale;
        scale *= vocabulary;
      }
      count(levels[length], context, context * vocabulary + tokens[index]);
    }
  }
  return {
    order,
    probability(text, index) {
      let context = 0;
      let scale = 1;
      let probability = 1 / vocabulary;
      for (let length = 0; length < order && length <= index; length++) {
        if (length > 0) {
          context += text[index - length] * scale;
          scale *= vocabulary;
        }
        const { pairs, contexts } = levels[length];
        const seen = contexts.get(context);
        if (!seen) break; // longer contexts were not seen either
        const times = pairs.get(context * vocabulary + text[index]) ?? 0;
        probability = (times + seen.distinct * probability) / (seen.total + seen.distinct);
      }
      return probability;
    },
  };
}

function count({ pairs, contexts }: Level, context: number, pair: number): void {
  const times = pairs.get(pair) ?? 0;
  pairs.set(pair, times + 1);
  const seen = contexts.get(context);
  if (!seen) contexts.set(context, { total: 1, distinct: 1 });
  else {
    seen.total++;
    if (times === 0) seen.distinct++;
  }
}

/** Bits per token of a held-out text under n-grams; the same targets that a network predicts, all tokens but the first. Not a number without any. */
export function bitsPerToken(model: NgramModel, heldOut: ArrayLike<number>): number {
  let bits = 0;
  for (let index = 1; index < heldOut.length; index++) bits -= Math.log2(model.probability(heldOut, index));
  return bits / (heldOut.length - 1);
}
