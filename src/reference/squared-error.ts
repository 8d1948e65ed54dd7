import { type Buffers, type Call, float32View, isCounted, type OverlapOptions } from './options.ts';

/** Options of squared-error and sigmoid-cross-entropy. */
export interface ElementLossOptions extends OverlapOptions {
  /** Without padding. */
  readonly classes: number;
  /** From one row to the next, of logits and of targets. */
  readonly stride: number;
  /** The logits become their gradients. */
  readonly gradient: boolean;
  /** Rows are [T, batch], and row (t, b) counts where t < lengths[b]. */
  readonly lengths?: boolean;
}

/** Whether a row lies before the end of its sequence, and did not count before. */
export function isRealRow(options: ElementLossOptions, call: Call, buffers: Buffers, row: number): boolean {
  const { rows, lengths = false, batch = rows } = options;
  const hasEnded = lengths && Math.floor(row / batch) >= buffers.lengths[(call.lengths ?? 0) + (row % batch)];
  return !hasEnded && isCounted(options, call, buffers, row);
}

/** losses[row] = sum over v of (y - t)². */
export function squaredError(options: ElementLossOptions, call: Call, buffers: Buffers): void {
  const { classes, stride } = options;
  const { logits, targets, losses } = buffers;
  const gradientScale = float32View(buffers.control)[call.control ?? 0];
  const firstTarget = call.targets ?? 0;
  const firstLoss = call.losses ?? 0;
  for (let row = 0; row < options.rows; row++) {
    const isReal = isRealRow(options, call, buffers, row);
    let loss = 0;
    for (let v = 0; v < stride; v++) {
      const index = row * stride + v;
      const difference = isReal && v < classes ? logits[index] - targets[firstTarget + index] : 0;
      loss += difference * difference;
      if (options.gradient) logits[index] = gradientScale * 2 * difference;
    }
    losses[firstLoss + row] = loss;
  }
}
