import type { Image } from '../../data/examples.ts';
import { palette } from './render.ts';

/** One letter per colour; a full one in capitals, the edge or shade of one small. */
const letters = Object.entries(palette).map(([name, colour]) => ({ letter: name[0], colour: scaled(colour) }));

/** Below this, the brightest channel is background. */
const dark = 0.3;
const full = 0.65;
const greys = ' .:-=+*#%@';

/**
 * A picture as text for the terminal, top row first.
 *
 * @param options.colours whether the terminal shows 24-bit ANSI colours: then one character is two pixels, one above the other. Default false:
 *   one letter and a space per pixel, for colour pictures the first letter of the nearest colour's name (`.` where it is dark), for grey ones a
 *   scale from space to `@`.
 */
export function describeImage(image: Image, options: { readonly colours?: boolean } = {}): string {
  const rows: string[] = [];
  const step = options.colours ? 2 : 1;
  for (let row = 0; row < image.height; row += step) {
    let line = '';
    for (let column = 0; column < image.width; column++) {
      line += options.colours ? halfBlock(image, row, column) : `${letterOf(pixel(image, row, column))} `;
    }
    rows.push(options.colours ? `${line}\u001b[0m` : line.trimEnd());
  }
  return rows.join('\n');
}

/** Red, green and blue, or one grey value. */
function pixel({ width, channels, data }: Image, row: number, column: number): readonly number[] {
  const start = (row * width + column) * channels;
  return [...data.subarray(start, start + channels)];
}

function letterOf(colour: readonly number[]): string {
  const brightest = Math.max(...colour);
  if (colour.length === 1) return greys[Math.min(Math.floor(brightest * greys.length), greys.length - 1)];
  if (brightest < dark) return '.';
  const direction = scaled(colour);
  const distance = (other: readonly number[]): number => other.reduce((sum, value, channel) => sum + (value - direction[channel]) ** 2, 0);
  const { letter } = letters.reduce((best, candidate) => (distance(candidate.colour) < distance(best.colour) ? candidate : best));
  return brightest < full ? letter : letter.toUpperCase();
}

/** With the brightest channel at 1, so that shades of a colour are the same. */
function scaled(colour: readonly number[]): readonly number[] {
  const brightest = Math.max(...colour);
  return colour.map((value) => value / brightest);
}

/** The upper pixel in front, the lower one behind; below the last row it is black. */
function halfBlock(image: Image, row: number, column: number): string {
  const code = (colour: readonly number[]): string =>
    [0, 1, 2].map((channel) => Math.round((colour[channel] ?? colour[0]) * 255)).join(';');
  const lower = row + 1 < image.height ? pixel(image, row + 1, column) : [0];
  return `\u001b[38;2;${code(pixel(image, row, column))};48;2;${code(lower)}m\u2580`;
}
