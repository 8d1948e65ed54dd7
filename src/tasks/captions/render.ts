/**
 * Draws scenes by signed distances: a shape is a function that says how far a point is from its edge, negative inside, and a pixel is covered
 * by how far its centre lies inside. Only arithmetic and square roots, so that every engine draws the same picture from the same numbers.
 */
import type { Image } from '../../data/examples.ts';
import type { Random } from '../../data/random.ts';
import { type Colour, places, type RelatedScene, type Scene, type Shape } from './scene.ts';

/** Width and height of a picture in pixels. */
export const side = 16;

type Point = readonly [x: number, y: number];
type Rgb = readonly [red: number, green: number, blue: number];

interface DrawnObject {
  readonly shape: Shape;
  readonly colour: Colour;
  /** In pixels, as the radius. */
  readonly centre: Point;
  readonly radius: number;
}

const radii = { small: 2.4, large: 3.4 } as const;
const jitter = 0.4; // of the centre, in pixels
/** Middles of the three columns and of the three rows of places. */
const lanes = [4, 8, 12] as const;

/** Red, green and blue of each colour. */
export const palette: Readonly<Record<Colour, Rgb>> = {
  red: [0.9, 0.12, 0.12],
  green: [0.15, 0.75, 0.2],
  blue: [0.2, 0.35, 1],
  yellow: [0.95, 0.9, 0.15],
  purple: [0.7, 0.2, 0.85],
  orange: [1, 0.5, 0.05],
  white: [0.95, 0.95, 0.95],
};

/** Distance to the edge of each shape of radius r around 0; y points down. */
export const distances: Readonly<Record<Shape, (x: number, y: number, r: number) => number>> = {
  circle: (x, y, r) => length(x, y) - r,
  square: (x, y, r) => box(x, y, 0.8 * r, 0.8 * r),
  // Between (0, -r), (r, 0.8 r) and (-r, 0.8 r).
  triangle: (x, y, r) => Math.max(y - 0.8 * r, (1.8 * Math.abs(x) - y - r) / length(1.8, 1)),
  cross: (x, y, r) => Math.min(box(x, y, r, 0.28 * r), box(x, y, 0.28 * r, r)),
  ring: (x, y, r) => Math.abs(length(x, y) - 0.74 * r) - 0.26 * r,
  diamond: (x, y, r) => (Math.abs(x) + Math.abs(y) - 1.05 * r) / Math.SQRT2,
};

/** One object at its place, [16, 16, 3]; position, size and background differ a little each time. */
export function renderScene({ size, colour, shape, place }: Scene, random: Random): Image {
  const at = places.indexOf(place);
  const centre: Point = [lanes[at % 3] + between(random, -jitter, jitter), lanes[Math.floor(at / 3)] + between(random, -jitter, jitter)];
  return draw([{ shape, colour, centre, radius: radii[size] * between(random, 0.95, 1.05) }], random);
}

/** A large and a small object in their relation, [16, 16, 3]; across it, both are free to move. */
export function renderRelatedScene(scene: RelatedScene, random: Random): Image {
  const along = [between(random, 3.6, 4.4), between(random, 11.6, 12.4)];
  const first = scene.relation === 'above' || scene.relation === 'left of' ? 0 : 1;
  const upright = scene.relation === 'above' || scene.relation === 'below';
  const centre = (position: number): Point => {
    const across = between(random, 5.5, 10.5);
    return upright ? [across, position] : [position, across];
  };
  const object = (shape: Shape, colour: Colour, position: number, radius: number): DrawnObject => ({
    shape,
    colour,
    centre: centre(position),
    radius: radius * between(random, 0.95, 1.05),
  });
  const objects = [
    object(scene.largeShape, scene.largeColour, along[first], radii.large),
    object(scene.smallShape, scene.smallColour, along[1 - first], radii.small),
  ];
  return draw(objects, random);
}

/** On a dark background of any tone; in steps of 1/255, as a file holds them. */
function draw(objects: readonly DrawnObject[], random: Random): Image {
  const tone = between(random, 0.02, 0.2);
  const background = [0, 1, 2].map(() => tone + between(random, 0, 0.04));
  const data = new Float32Array(side * side * 3);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      for (let channel = 0; channel < 3; channel++) {
        let value = background[channel];
        for (const { shape, colour, centre, radius } of objects) {
          const distance = distances[shape](column + 0.5 - centre[0], row + 0.5 - centre[1], radius);
          const coverage = Math.min(Math.max(0.5 - distance, 0), 1);
          value += coverage * (palette[colour][channel] - value);
        }
        data[(row * side + column) * 3 + channel] = Math.round(value * 255) / 255;
      }
    }
  }
  return { width: side, height: side, channels: 3, data };
}

/** An upright box of that half width and half height. */
function box(x: number, y: number, halfWidth: number, halfHeight: number): number {
  const right = Math.abs(x) - halfWidth;
  const below = Math.abs(y) - halfHeight;
  return length(Math.max(right, 0), Math.max(below, 0)) + Math.min(Math.max(right, below), 0);
}

/** Not Math.hypot, of which engines disagree in the last bit. */
function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

function between(random: Random, least: number, most: number): number {
  return least + (most - least) * random.uniform();
}
