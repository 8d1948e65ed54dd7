import { sigmoid } from './cell.ts';
import { type Buffers, type Call, float32View } from './options.ts';
import { type ElementLossOptions, isRealRow } from './squared-error.ts';

/** losses[row] = sum over v of the binary cross entropy of σ(x) and t, from logits (PyTorch's BCEWithLogitsLoss). */
export function sigmoidCrossEntropy(options: ElementLossOptions, call: Call, buffers: Buffers): void {
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
      const x = logits[index];
      const counts = isReal && v < classes;
      if (counts) loss += Math.max(x, 0) - x * targets[firstTarget + index] + Math.log1p(Math.exp(-Math.abs(x)));
      if (options.gradient) logits[index] = counts ? gradientScale * (sigmoid(x) - targets[firstTarget + index]) : 0;
    }
    losses[firstLoss + row] = loss;
  }
}
