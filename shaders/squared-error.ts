/** Squared error: losses[row] = sum (y - t)², gradient scale * 2 (y - t). Bindings: common/elementwise-loss.ts. Formula: PyTorch nn.MSELoss. */
import { type ElementwiseLossOptions, elementwiseLoss } from './common/elementwise-loss.ts';
import type { Kernel } from './kernel.ts';

const functions = /* wgsl */ `
fn loss(y: vec4f, goal: vec4f) -> vec4f { return (y - goal) * (y - goal); }
fn slope(y: vec4f, goal: vec4f) -> vec4f { return 2.0f * (y - goal); }`;

export const squaredError = (options: ElementwiseLossOptions): Kernel => elementwiseLoss('squared-error', functions, options);
