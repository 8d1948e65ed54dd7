import { type Dropout, dropoutFactor } from './dropout.ts';
import type { Buffers, Call } from './options.ts';
import { lengthOf, type RowsOptions } from './rows.ts';

export interface JoinDirectionsOptions extends RowsOptions {
  readonly mode: 'concat' | 'sum' | 'mean' | 'single';
  readonly hiddenSize: number;
  readonly dropout: Dropout;
}

/** out[t, b] = forward[t, b] joined with reverse[length - 1 - t, b], times the dropout's factors; 0 past the end. */
export function joinDirections(options: JoinDirectionsOptions, call: Call, buffers: Buffers): void {
  const { mode, batch, timeSteps, hiddenSize } = options;
  const columns = mode === 'concat' ? 2 * hiddenSize : hiddenSize;
  const firstForward = call.forward ?? 0;
  const firstReverse = call.reverse ?? 0;
  const firstOut = call.out ?? 0;
  for (let b = 0; b < batch; b++) {
    const length = lengthOf(options, call, buffers, b);
    for (let t = 0; t < timeSteps; t++) {
      const position = t * batch + b;
      const mirrored = (length - 1 - t) * batch + b;
      for (let j = 0; j < columns; j++) {
        let value = 0;
        if (t < length) {
          const f = j < hiddenSize ? buffers.forward[firstForward + position * hiddenSize + j] : 0;
          const r = mode === 'single' ? 0 : buffers.reverse[firstReverse + mirrored * hiddenSize + (j % hiddenSize)];
          if (mode === 'concat') value = j < hiddenSize ? f : r;
          else value = mode === 'mean' ? (f + r) / 2 : f + r;
          value *= dropoutFactor(options.dropout, call, buffers, position, j, columns);
        }
        buffers.out[firstOut + position * columns + j] = value;
      }
    }
  }
}
