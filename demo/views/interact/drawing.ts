/** A small picture that is drawn by hand: dots and shapes with soft edges, as the pictures of the task `captions` have them. Pure. */
import type { Image } from '../../../src/data/examples.ts';
import { distances, palette } from '../../../src/tasks/captions/render.ts';
import type { Colour, Shape } from '../../../src/tasks/captions/scene.ts';

export type Tool = 'brush' | Shape;

export interface Stroke {
  readonly tool: Tool;
  readonly colour: Colour;
  /** Middle in pixels of the picture. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** The task's backgrounds are between 0.02 and 0.1 or so. */
const background = 0.05;

export const blank = (side: number): Image => ({
  width: side,
  height: side,
  channels: 3,
  data: new Float32Array(side * side * 3).fill(background),
});

/** A picture with one stroke more. */
export function withStroke({ width, height, channels, data }: Image, { tool, colour, x, y, radius }: Stroke): Image {
  const next = data.slice();
  const ink = palette[colour];
  const distance = distances[tool === 'brush' ? 'circle' : tool];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      // as much of the pixel as lies within the edge
      const share = Math.min(1, Math.max(0, 0.5 - distance(column + 0.5 - x, row + 0.5 - y, radius)));
      if (share === 0) continue;
      const at = (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel++) next[at + channel] += (ink[channel] - next[at + channel]) * share;
    }
  }
  return { width, height, channels, data: next };
}
