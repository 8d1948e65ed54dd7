/** The clips inside of the reverse sweep, on the gradient of one state of one batch row. */
import { scaledSquares } from './gradient-norm.ts';
import { type Buffers, type Call, float32View, type RecurrentBackwardOptions } from './options.ts';

const numberOf = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0];

/**
 * Each element to ±clipValue, then the whole to the norm clipNorm as clip_grad_norm_ would, in place; what is not finite stays.
 * clipped: the largest value and the largest norm that were met, as f32 bits.
 */
export function clipRow({ clip }: RecurrentBackwardOptions, call: Call, { clipped }: Buffers, row: Float64Array): void {
  if (!clip) return;
  const met = float32View(clipped);
  if (clip.value) {
    const bound = numberOf(call.clipValue);
    for (const [j, value] of row.entries()) {
      met[0] = Math.max(met[0], Math.abs(value));
      if (Number.isFinite(value)) row[j] = Math.min(Math.max(value, -bound), bound);
    }
  }
  if (clip.norm) {
    const { scale, squares } = scaledSquares(row);
    const norm = scale * Math.sqrt(squares);
    met[1] = Math.max(met[1], norm);
    const factor = Number.isFinite(norm) ? Math.min(1, numberOf(call.clipNorm) / (norm + 1e-6)) : 1;
    for (const j of row.keys()) row[j] *= factor;
  }
}
