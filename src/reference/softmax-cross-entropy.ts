import { type Buffers, type Call, float32View, isCounted, type OverlapOptions } from './options.ts';

export interface SoftmaxCrossEntropyOptions extends OverlapOptions {
  /** V, without padding. */
  readonly classes: number;
  /** From one row of logits to the next. */
  readonly stride: number;
  /** The logits become their gradients. */
  readonly gradient: boolean;
  /** s of the smoothed target (1 - s) [v = y] + s / V, as PyTorch's CrossEntropyLoss. */
  readonly labelSmoothing: number;
}

/** losses[row] = -sum over v of target(v) log p(v); 0 for ignored rows (a target that is no class, or that counted before). */
export function softmaxCrossEntropy(options: SoftmaxCrossEntropyOptions, call: Call, buffers: Buffers): void {
  const { classes, stride, labelSmoothing } = options;
  const { logits, targets, losses } = buffers;
  const gradientScale = float32View(buffers.control)[call.control ?? 0];
  const firstTarget = call.targets ?? 0;
  const firstLoss = call.losses ?? 0;
  for (let row = 0; row < options.rows; row++) {
    const target = targets[firstTarget + row];
    const isIgnored = target >= classes || !isCounted(options, call, buffers, row);
    let maximum = -Infinity;
    for (let v = 0; v < classes; v++) maximum = Math.max(maximum, logits[row * stride + v]);
    let total = 0;
    for (let v = 0; v < classes; v++) total += Math.exp(logits[row * stride + v] - maximum);
    const logTotal = maximum + Math.log(total);
    let loss = 0;
    for (let v = 0; v < stride; v++) {
      const isPadding = v >= classes;
      const wanted = (v === target ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
      const logProbability = logits[row * stride + v] - logTotal;
      if (!isPadding && wanted > 0) loss -= wanted * logProbability;
      const gradient = isPadding || isIgnored ? 0 : gradientScale * (Math.exp(logProbability) - wanted);
      if (options.gradient) logits[row * stride + v] = gradient;
    }
    losses[firstLoss + row] = isIgnored ? 0 : loss;
  }
}
