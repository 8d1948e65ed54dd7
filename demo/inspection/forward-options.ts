/** What a forward pass over the example in question, or over a stretch of the text, is given. */
import type { Coder, ForwardOptions } from '../../src/index.ts';
import type { Inspectable } from '../protocol.ts';

export interface Asked {
  readonly forward: ForwardOptions;
  /** What is read at each time step, where that can be written. */
  readonly read?: readonly string[];
}

export function forward({ model, coder, example, text }: Inspectable, mostTokens: number): Asked | undefined {
  if (coder && example) {
    const { input, lengths, target } = (coder as Coder).encode([example as never]);
    const told = model.spec.decoder ? { target: target as Int32Array } : {};
    const read = readOf(example);
    return { forward: { input, lengths, batch: 1, ...told }, ...(read && { read }) };
  }
  const { vocabulary } = model;
  if (!vocabulary || !text) return undefined;
  const ids = Int32Array.from(vocabulary.encode(text).subarray(0, mostTokens));
  if (ids.length === 0) return undefined;
  return { forward: { input: ids, batch: 1 }, read: Array.from(ids, (id) => vocabulary.symbols[id]) };
}

function readOf(example: NonNullable<Inspectable['example']>): readonly string[] | undefined {
  switch (example.kind) {
    case 'tagged-sentence':
      return example.tokens;
    case 'labeled-text':
      return example.text.split(/\s+/);
    case 'signal-pair':
      return example.input.map((value) => value.toFixed(2));
    case 'series':
      return example.values.map((value) => String(Number(value.toPrecision(5))));
    default:
      return undefined;
  }
}
