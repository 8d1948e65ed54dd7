import type { Buffers, Call } from './options.ts';

export interface SortTokensOptions {
  readonly batch: number;
  readonly timeSteps: number;
  readonly vocabulary: number;
}

/** order: positions by token, inside a token b outer and t inner; segments[v]: how many positions have a token below v. */
export function sortTokens({ batch, timeSteps, vocabulary }: SortTokensOptions, _: Call, { tokens, order, segments }: Buffers): void {
  let count = 0;
  for (let token = 0; token < vocabulary; token++) {
    segments[token] = count;
    for (let b = 0; b < batch; b++) {
      for (let t = 0; t < timeSteps; t++) {
        const position = t * batch + b;
        if (Math.min(tokens[position], vocabulary - 1) === token) order[count++] = position;
      }
    }
  }
  segments[vocabulary] = count;
}
