import type { FeedValueOptions } from './feed-value.ts';
import type { Buffers, Call } from './options.ts';

export interface FeedValueBackwardOptions extends FeedValueOptions {
  readonly timeSteps: number;
}

/** d[t] = ∂L/∂x[t] + keep · d[t + 1], in place; ∂L/∂y[t - 1] += gain · d[t]. */
export function feedValueBackward(
  { batch, timeSteps, inputs, columns, stride }: FeedValueBackwardOptions,
  { time }: Call,
  { inputGradient, outputGradient }: Buffers,
): void {
  for (let b = 0; b < batch; b++) {
    const row = (time + 1) * batch + b;
    inputs.forEach((fed, number) => {
      const place = row * columns + number;
      if (time < timeSteps - 1) inputGradient[place] += fed.keep * inputGradient[place + batch * columns];
      outputGradient[((time - 1) * batch + b) * stride + fed.output] += fed.gain * inputGradient[place];
    });
  }
}
