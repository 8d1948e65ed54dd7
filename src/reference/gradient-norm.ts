import { type Buffers, type Call, float32View } from './options.ts';

/** Where `control` holds the bound of the value clip as f32 bits, for calls without `settings`. */
const clipValuePlace = 6;

export interface GradientNormOptions {
  /** Elements of each parameter's gradient, which lie one after another. */
  readonly tensors: readonly number[];
  /** How many losses to sum. */
  readonly rows: number;
  readonly valueClip: boolean;
  /** Which element of `settings`, if the call has that buffer, is the bound of the value clip; default 0. */
  readonly valueClipSetting?: number;
}

/**
 * partials [tensors + 1, 4]: per tensor (scale, sum of squares / scale², the same two after the value clip), then
 * (sum of losses, 0, 0, 0). Only the combined norms are comparable with the kernel's: it cuts the tensors as it likes, and its
 * scale is a power of two, stored as an exponent.
 */
export function gradientNorm(options: GradientNormOptions, _call: Call, buffers: Buffers): void {
  const { tensors, rows } = options;
  const { gradients, losses, partials } = buffers;
  const bound = options.valueClip ? valueBound(options, buffers) : Infinity;
  let first = 0;
  for (const [tensor, elements] of tensors.entries()) {
    const part = Array.from(gradients.subarray(first, first + elements));
    const raw = scaledSquares(part);
    // A non-finite gradient stays visible behind the clip.
    const clipped = Number.isFinite(raw.scale) ? scaledSquares(part.map((value) => clipValue(value, bound))) : raw;
    partials.set([raw.scale, raw.squares, clipped.scale, clipped.squares], tensor * 4);
    first += elements;
  }
  let loss = 0;
  for (let row = 0; row < rows; row++) loss += losses[row];
  partials.set([loss, 0, 0, 0], tensors.length * 4);
}

function valueBound({ valueClipSetting = 0 }: GradientNormOptions, { settings, control }: Buffers): number {
  return settings ? settings[valueClipSetting] : float32View(control)[clipValuePlace];
}

export function clipValue(value: number, bound: number): number {
  return Math.min(Math.max(value, -bound), bound);
}

/** The largest magnitude, and the sum of squares relative to it; scale is infinity if a value is not finite. */
export function scaledSquares(values: ArrayLike<number>): { scale: number; squares: number } {
  let scale = 0;
  for (let i = 0; i < values.length; i++) scale = Number.isFinite(values[i]) ? Math.max(scale, Math.abs(values[i])) : Infinity;
  if (scale === 0 || scale === Infinity) return { scale, squares: scale === 0 ? 0 : 1 };
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] / scale) ** 2;
  return { scale, squares };
}

/** The norm of tensors `from` up to `to` that partials of (scale, sum of squares / scale²) describe, before (`raw`) or after (`clipped`) the value clip. */
export function combinedNorm(partials: ArrayLike<number>, from: number, to: number, which: 'raw' | 'clipped'): number {
  const column = which === 'raw' ? 0 : 2;
  let largest = 0;
  for (let w = from; w < to; w++) largest = Math.max(largest, partials[w * 4 + column]);
  if (largest === 0 || largest === Infinity) return largest;
  let squares = 0;
  for (let w = from; w < to; w++) squares += (partials[w * 4 + column] / largest) ** 2 * partials[w * 4 + column + 1];
  return largest * Math.sqrt(squares);
}
