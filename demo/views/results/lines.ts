/** Lines over a common frame as SVG paths. Pure. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly low: number;
  readonly high: number;
  /** Points that fit from left to right. */
  readonly count: number;
}

/** A frame that holds all values, with a little air above and below. */
export function frameOf(width: number, height: number, count: number, ...lines: readonly (readonly number[])[]): Frame {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const line of lines) {
    for (const value of line) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) [low, high] = [0, 1];
  const air = (high - low || Math.abs(high) || 1) * 0.06;
  return { width, height, low: low - air, high: high + air, count };
}

export const across = ({ width, count }: Frame, index: number): number => (count === 1 ? width / 2 : (index / (count - 1)) * width);
export const up = ({ height, low, high }: Frame, value: number): number => height - ((value - low) / (high - low)) * height;

/** From point `first` on; what is not finite is a gap. */
export function pathOf(frame: Frame, values: readonly number[], first = 0): string {
  let path = '';
  let isDrawing = false;
  for (const [index, value] of values.entries()) {
    const isThere = Number.isFinite(value);
    if (isThere) path += `${isDrawing ? 'L' : 'M'}${across(frame, first + index).toFixed(1)} ${up(frame, value).toFixed(1)}`;
    isDrawing = isThere;
  }
  return path;
}
