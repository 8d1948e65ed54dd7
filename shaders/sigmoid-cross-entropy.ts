/**
 * Binary cross entropy on logits: losses[row] = sum max(x, 0) - x t + log(1 + exp(-|x|)), gradient scale * (sigmoid(x) - t).
 * Bindings: common/elementwise-loss.ts. Formula: PyTorch nn.BCEWithLogitsLoss.
 */
import { activation } from './common/activation.ts';
import { type ElementwiseLossOptions, elementwiseLoss } from './common/elementwise-loss.ts';
import type { Kernel } from './kernel.ts';

const functions = /* wgsl */ `${activation}
fn loss(y: vec4f, goal: vec4f) -> vec4f { return max(y, vec4f()) - y * goal + log(1.0f + exp(-abs(y))); }
fn slope(y: vec4f, goal: vec4f) -> vec4f { return sigmoid(y) - goal; }`;

export const sigmoidCrossEntropy = (options: ElementwiseLossOptions): Kernel =>
  elementwiseLoss('sigmoid-cross-entropy', functions, options);
