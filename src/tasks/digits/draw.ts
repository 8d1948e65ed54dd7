import type { Random } from '../../data/random.ts';
import { oneOf } from '../draw.ts';
import { type Point, type Stroke, ways } from './strokes.ts';

/** Width and height of a drawing in pixels. */
export const side = 12;

/** Width and height of the box of the strokes in pixels, before a hand makes it larger or smaller. */
const box: Point = [5.5, 8];
/** How far a corner may be from where it belongs, as a share of the box. */
const unsteadiness = 0.06;

/**
 * Draws a digit with a pen: one of the ways to write it, its corners, width, height, slant, thickness and place a little different each time.
 *
 * @param digit 0 to 9
 * @returns [12][12] rows of pixels from the top, from 0 (paper) to 1 (ink) in hundredths
 */
export function drawDigit(digit: number, random: Random): number[][] {
  const strokes = oneOf(random, ways[digit]);
  const radius = between(random, 0.4, 0.9);
  const place = drawPlacement(radius, random);
  const ink = new Float64Array(side * side);
  for (const stroke of strokes) {
    const line = smooth({ ...stroke, points: stroke.points.map(place) });
    for (let at = 1; at < line.length; at++) drawSegment(ink, line[at - 1], line[at], radius);
  }
  return Array.from({ length: side }, (_, row) => [...ink.subarray(row * side, (row + 1) * side)]);
}

/** From the box to pixels: anywhere in the picture where all of the digit has room. */
function drawPlacement(radius: number, random: Random): (point: Point) => Point {
  const [width, height] = [box[0] * between(random, 0.7, 1.25), box[1] * between(random, 0.65, 1.15)];
  const slant = between(random, -0.3, 0.5);
  const room = (extent: number): number => Math.max(side / 2 - extent / 2 - radius, 0);
  const [roomX, roomY] = [room(width + Math.abs(slant) * height), room(height)];
  const [centreX, centreY] = [side / 2 + between(random, -roomX, roomX), side / 2 + between(random, -roomY, roomY)];
  return ([x, y]) => {
    const across = x - 0.5 + between(random, -unsteadiness, unsteadiness);
    const down = y - 0.5 + between(random, -unsteadiness, unsteadiness);
    return [centreX + across * width - slant * down * height, centreY + down * height];
  };
}

/** A round stroke with its corners cut twice, a quarter of each side at each end; its ends stay (Chaikin 1974). */
function smooth({ round, points }: Stroke): readonly Point[] {
  if (!round) return points;
  let line = points;
  for (let turn = 0; turn < 2; turn++) {
    const cut = line.slice(1).flatMap((to, at) => [pointBetween(line[at], to, 0.25), pointBetween(line[at], to, 0.75)]);
    line = [line[0], ...cut.slice(1, -1), line[line.length - 1]];
  }
  return line;
}

function pointBetween(from: Point, to: Point, share: number): Point {
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}

/** Inks the pixels along a straight line by how far their centres lie inside the pen's width. */
function drawSegment(ink: Float64Array, [startX, startY]: Point, [endX, endY]: Point, radius: number): void {
  const [alongX, alongY] = [endX - startX, endY - startY];
  const squaredLength = alongX * alongX + alongY * alongY;
  const reach = radius + 0.5;
  const first = (from: number, to: number): number => Math.max(Math.floor(Math.min(from, to) - reach), 0);
  const end = (from: number, to: number): number => Math.min(Math.ceil(Math.max(from, to) + reach), side);
  for (let row = first(startY, endY); row < end(startY, endY); row++) {
    for (let column = first(startX, endX); column < end(startX, endX); column++) {
      const x = column + 0.5 - startX;
      const y = row + 0.5 - startY;
      const along = squaredLength === 0 ? 0 : Math.min(Math.max((x * alongX + y * alongY) / squaredLength, 0), 1);
      const offX = x - along * alongX;
      const offY = y - along * alongY;
      const coverage = Math.min(reach - Math.sqrt(offX * offX + offY * offY), 1);
      const at = row * side + column;
      if (coverage > ink[at]) ink[at] = Math.round(coverage * 100) / 100;
    }
  }
}

function between(random: Random, least: number, most: number): number {
  return least + (most - least) * random.uniform();
}
