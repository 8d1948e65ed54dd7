import { InputError } from '../spec/input-error.ts';
import type { ModelSpec } from '../spec/model.ts';

/**
 * A text feeds a model that reads a token and predicts the next at every step, from at least as many classes as there are tokens.
 *
 * @throws InputError that says what wants such a model and what the model is.
 */
export function requireNextToken(what: string, { input, output, architecture, recurrent, decoder }: ModelSpec): void {
  if (input.kind !== 'tokens' || output.kind !== 'softmax' || architecture === 'many-to-one' || decoder) {
    throw new InputError(
      `${what} must have a model that predicts the next token, got input '${input.kind}', output '${output.kind}', architecture '${architecture}'`,
    );
  }
  if (recurrent.bidirectional) throw new InputError(`${what} must have a model of one direction: the reverse one reads the tokens to come`);
  if (output.classes < input.vocabulary) {
    throw new InputError(`${what} must have a class for each of the ${input.vocabulary} tokens, got ${output.classes} classes`);
  }
}
