import type { SamplingOptions } from '../index.ts';
import type { OptionTable, OptionValues } from './options.ts';

/** How text is drawn; the sample at the end of a training and `generate` share the defaults. */
export const samplingTable = {
  prompt: { kind: 'text', placeholder: 'TEXT', help: 'what the text goes on from; default a new line' },
  length: { kind: 'integer', least: 1, help: 'tokens to write: characters, or words; default 200' },
  temperature: { kind: 'number', range: 'non-negative', help: 'below 1 bolder about the likely, 0 always the likeliest; default 0.8' },
  'top-k': { kind: 'integer', least: 0, help: 'draw among the k likeliest tokens only; 0, the default, is all' },
  'top-p': {
    kind: 'number',
    range: 'fraction',
    help: 'draw among the likeliest tokens only that together have this probability; 0, the default, is all',
  },
} as const satisfies OptionTable;

export type Sampling = Required<SamplingOptions> & { readonly prompt?: string };

export function samplingOf(values: OptionValues<typeof samplingTable> & { readonly seed?: number }): Sampling {
  const { prompt, length = 200, temperature = 0.8, 'top-k': topK = 0, 'top-p': topP = 0, seed = 1 } = values;
  return { ...(prompt && { prompt }), length, temperature, topK, topP, seed };
}
