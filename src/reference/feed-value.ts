import type { Buffers, Call } from './options.ts';

export interface FeedValueOptions {
  readonly batch: number;
  readonly inputs: readonly { readonly output: number; readonly gain: number; readonly keep: number; readonly offset: number }[];
  readonly columns: number;
  readonly stride: number;
}

/** x[t + 1] = keep · x[t] + gain · y[t] + offset. */
export function feedValue({ batch, inputs, columns, stride }: FeedValueOptions, call: Call, buffers: Buffers): void {
  const { input, output } = buffers;
  for (let b = 0; b < batch; b++) {
    const row = call.time * batch + b;
    inputs.forEach((fed, number) => {
      const place = (call.input ?? 0) + row * columns + number;
      input[place + batch * columns] = fed.keep * input[place] + fed.gain * output[row * stride + fed.output] + fed.offset;
    });
  }
}
