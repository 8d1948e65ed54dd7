import { type Buffers, type Call, controlStarts, ignoredTarget } from './options.ts';

export interface GatherBatchOptions {
  readonly batch: number;
  readonly timeSteps: number;
  readonly vocabulary: number;
  /** Padded columns of embedding.weight; 0 for one-hot input. */
  readonly embedding: number;
  readonly targets: boolean;
  /** Also lists the positions by token, for segment-sum. */
  readonly sort: boolean;
}

/** Tokens and targets of a window, time-major; positions sorted by token; embedded rows. `call.control` (default 0) is where the window's control begins. */
export function gatherBatch(options: GatherBatchOptions, call: Call, buffers: Buffers): void {
  const { batch, timeSteps, vocabulary, embedding } = options;
  const { control, data, tokens, targets, parameters, embedded } = buffers;
  const table = (call.control ?? 0) + controlStarts;
  for (let t = 0; t < timeSteps; t++) {
    for (let b = 0; b < batch; b++) {
      const position = t * batch + b;
      const start = control[table + b];
      const targetStart = control[table + batch + b];
      const end = control[table + 2 * batch + b];
      // An id outside the vocabulary reads as the last one, so that it can touch nothing else.
      const token = Math.min(data[Math.min(start + t, end - 1)], vocabulary - 1);
      tokens[position] = token;
      if (options.targets) targets[position] = start + t < end ? data[targetStart + t] : ignoredTarget;
      for (let i = 0; i < embedding; i++) embedded[position * embedding + i] = parameters[call.embedding + token * embedding + i];
    }
  }
  if (options.sort) sortByToken(options, buffers);
}

/** order: positions by token, inside a token b outer and t inner; segments[v]: how many positions have a token below v. */
function sortByToken({ batch, timeSteps, vocabulary }: GatherBatchOptions, { tokens, order, segments }: Buffers): void {
  let count = 0;
  for (let token = 0; token < vocabulary; token++) {
    segments[token] = count;
    for (let b = 0; b < batch; b++) {
      for (let t = 0; t < timeSteps; t++) {
        const position = t * batch + b;
        if (tokens[position] === token) order[count++] = position;
      }
    }
  }
  segments[vocabulary] = count;
}
