import { scaledSquares } from './gradient-norm.ts';
import type { Buffers, Call } from './options.ts';

export interface TimeNormsOptions {
  readonly batch: number;
  readonly timeSteps: number;
  readonly hiddenSize: number;
  readonly cells: boolean;
}

/** norms[t] = the L2 norm of row t + 1 of outputGradient [T + 1, B, H], behind them those of cellGradient; infinity where a number is not finite. */
export function timeNorms(options: TimeNormsOptions, call: Call, { outputGradient, cellGradient, norms }: Buffers): void {
  const { batch, timeSteps, hiddenSize, cells } = options;
  const row = batch * hiddenSize;
  for (const [index, gradient] of (cells ? [outputGradient, cellGradient] : [outputGradient]).entries()) {
    for (let t = 0; t < timeSteps; t++) {
      const { scale, squares } = scaledSquares(gradient.subarray((t + 1) * row, (t + 2) * row));
      norms[(call.norms ?? 0) + index * timeSteps + t] = scale * Math.sqrt(squares);
    }
  }
}
