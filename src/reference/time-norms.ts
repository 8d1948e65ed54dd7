import { scaledSquares } from './gradient-norm.ts';
import type { Buffers, Call } from './options.ts';

export interface TimeNormsOptions {
  readonly batch: number;
  readonly timeSteps: number;
  readonly hiddenSize: number;
}

/** norms[t] = the L2 norm of row t + 1 of outputGradient [T + 1, B, H]; infinity where a number in it is not finite. */
export function timeNorms({ batch, timeSteps, hiddenSize }: TimeNormsOptions, call: Call, { outputGradient, norms }: Buffers): void {
  const row = batch * hiddenSize;
  for (let t = 0; t < timeSteps; t++) {
    const { scale, squares } = scaledSquares(outputGradient.subarray((t + 1) * row, (t + 2) * row));
    norms[(call.norms ?? 0) + t] = scale * Math.sqrt(squares);
  }
}
