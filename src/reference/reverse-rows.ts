import type { Buffers, Call } from './options.ts';
import { lengthOf, type RowsOptions } from './rows.ts';

export interface ReverseRowsOptions extends RowsOptions {
  readonly kind: 'vectors' | 'tokens';
  /** 1 for tokens. */
  readonly columns: number;
}

/** out[t, b] = source[length - 1 - t, b]; past the end vectors are 0 and tokens stay. */
export function reverseRows(options: ReverseRowsOptions, call: Call, buffers: Buffers): void {
  const { kind, batch, timeSteps, columns } = options;
  const { source, out } = buffers;
  const sourceAt = (t: number, b: number, i: number) => source[(call.source ?? 0) + (t * batch + b) * columns + i];
  for (let b = 0; b < batch; b++) {
    const length = lengthOf(options, call, buffers, b);
    for (let t = 0; t < timeSteps; t++) {
      for (let i = 0; i < columns; i++) {
        const past = kind === 'tokens' ? sourceAt(t, b, i) : 0;
        out[(call.out ?? 0) + (t * batch + b) * columns + i] = t < length ? sourceAt(length - 1 - t, b, i) : past;
      }
    }
  }
}
