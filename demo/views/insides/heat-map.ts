/** Norms of gradients over training and time, as pixels on a logarithm. Pure. */
import { type Colour, mix } from '../drawing/colour.ts';

export interface Heat {
  /** One line of norms per measured step, oldest first; lines as long as each other. */
  readonly lines: readonly ArrayLike<number>[];
  /** Powers of ten at the ends of the scale. */
  readonly low: number;
  readonly high: number;
}

/** More decades than this below the largest are all the same colour. */
const mostDecades = 12;

export function heatOf(lines: readonly ArrayLike<number>[]): Heat {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const line of lines) {
    for (let t = 0; t < line.length; t++) {
      const power = Math.log10(line[t]);
      if (!Number.isFinite(power)) continue;
      low = Math.min(low, power);
      high = Math.max(high, power);
    }
  }
  if (low > high) return { lines, low: -1, high: 0 };
  // no -0
  const top = Math.ceil(high - 1e-9) + 0;
  return { lines, low: Math.max(Math.min(Math.floor(low + 1e-9), top - 1), top - mostDecades), high: top };
}

/** RGBA of [T, steps]: training to the right, the last time step on top. What is not finite takes `bad`, zero the low end. */
export function heatPixels({ lines, low, high }: Heat, from: Colour, to: Colour, bad: Colour): Uint8ClampedArray<ArrayBuffer> {
  const steps = lines.length;
  const timeSteps = lines[0].length;
  const pixels = new Uint8ClampedArray(steps * timeSteps * 4);
  for (const [column, line] of lines.entries()) {
    for (let t = 0; t < timeSteps; t++) {
      const norm = line[t];
      const colour = Number.isFinite(norm) ? mix(from, to, (Math.log10(norm) - low) / (high - low)) : bad;
      pixels.set([...colour, 255], ((timeSteps - 1 - t) * steps + column) * 4);
    }
  }
  return pixels;
}
