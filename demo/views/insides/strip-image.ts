/** A plane over time as pixels, and where a pointer is in it. Pure. */
import type { Plane } from '../../protocol.ts';
import { type Colour, diverging, mix } from '../drawing/colour.ts';

export interface StripColours {
  readonly paper: Colour;
  readonly plane: Colour;
  readonly negative: Colour;
  readonly zero: Colour;
  readonly positive: Colour;
}

/** What the ends of a state's scale stand for: 1, or the largest value where one is beyond. */
export const extentOf = ({ values }: Plane): number =>
  values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 1);

/** RGBA of [H, T]: time to the right, units downwards; what is not finite is transparent. */
export function stripPixels(plane: Plane, timeSteps: number, colours: StripColours): Uint8ClampedArray<ArrayBuffer> {
  const { values, scale } = plane;
  const units = values.length / timeSteps;
  const extent = extentOf(plane);
  const pixels = new Uint8ClampedArray(values.length * 4);
  for (let t = 0; t < timeSteps; t++) {
    for (let unit = 0; unit < units; unit++) {
      const value = values[t * units + unit];
      const colour =
        scale === 'gate'
          ? mix(colours.paper, colours.plane, value)
          : diverging(colours.negative, colours.zero, colours.positive, value / extent);
      pixels.set([...colour, Number.isFinite(value) ? 255 : 0], (unit * timeSteps + t) * 4);
    }
  }
  return pixels;
}

export interface Place {
  readonly t: number;
  readonly unit: number;
}

/** The place under a point given as shares of the strip's width and height. */
export const placeAt = (across: number, down: number, timeSteps: number, units: number): Place => ({
  t: Math.min(timeSteps - 1, Math.max(0, Math.floor(across * timeSteps))),
  unit: Math.min(units - 1, Math.max(0, Math.floor(down * units))),
});
