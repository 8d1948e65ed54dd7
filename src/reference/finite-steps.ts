import type { Buffers, Call } from './options.ts';

export interface FiniteStepsOptions {
  readonly batch: number;
  readonly timeSteps: number;
  readonly hiddenSize: number;
}

/** places[t] = 1 where a number of row t + 1 of states [T + 1, B, H] is not finite, behind them those of outputGradient; else 0. */
export function finiteSteps(
  { batch, timeSteps, hiddenSize }: FiniteStepsOptions,
  call: Call,
  { states, outputGradient, places }: Buffers,
): void {
  const row = batch * hiddenSize;
  for (const [index, values] of [states, outputGradient].entries())
    for (let t = 0; t < timeSteps; t++) {
      const numbers = values.subarray((t + 1) * row, (t + 2) * row);
      places[(call.places ?? 0) + index * timeSteps + t] = numbers.every(Number.isFinite) ? 0 : 1;
    }
}
