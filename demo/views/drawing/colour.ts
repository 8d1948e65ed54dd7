/** Colours as numbers, for canvases. */
export type Colour = readonly [red: number, green: number, blue: number];

/** `#rgb`, `#rrggbb`, `rgb(r, g, b)`; black for anything else. */
export function parseColour(text: string): Colour {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1];
  if (hex) {
    const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
    return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16)) as unknown as Colour;
  }
  const parts = /^rgba?\(\s*([\d.]+)[,\s]+([\d.]+)[,\s]+([\d.]+)/.exec(text.trim());
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : [0, 0, 0];
}

/** From `a` at 0 to `b` at 1; beyond, the nearer end. */
export function mix(a: Colour, b: Colour, share: number): Colour {
  const t = Math.min(1, Math.max(0, share));
  return [0, 1, 2].map((channel) => a[channel] + (b[channel] - a[channel]) * t) as unknown as Colour;
}

/** A diverging scale around zero: `value` in [-1, 1]. */
export const diverging = (negative: Colour, zero: Colour, positive: Colour, value: number): Colour =>
  mix(zero, value < 0 ? negative : positive, Math.abs(value));
