import { describe, expect, test } from 'vitest';
import type { Image } from '../../data/examples.ts';
import { createRandom } from '../../data/random.ts';
import { palette, renderRelatedScene, renderScene, side } from './render.ts';
import { places, relatedScenes, type Scene, type Shape, scenes, shapes, sizes } from './scene.ts';

interface Blob {
  /** Sum of the coverage of all pixels. */
  readonly area: number;
  /** Of what is covered, in pixels. */
  readonly x: number;
  readonly y: number;
}

/** How much of each pixel is white, seen in the picture alone, its corners' darkest value being the background. */
const coverage = (image: Image): number[] => {
  const tone = Math.min(...image.data);
  return Array.from({ length: side * side }, (_, at) => (image.data[at * 3] - tone) / (palette.white[0] - tone));
};

/** Where the whiteness above a threshold lies that keeps the background's tint out. */
const blobOf = (covered: readonly number[]): Blob => {
  let [area, x, y] = [0, 0, 0];
  for (const [at, value] of covered.entries()) {
    if (value < 0.1) continue;
    area += value;
    x += value * ((at % side) + 0.5);
    y += value * (Math.floor(at / side) + 0.5);
  }
  return { area, x: x / area, y: y / area };
};

/** Of each shape of radius 1. */
const areas: Record<Shape, number> = {
  circle: Math.PI,
  square: 4 * 0.8 ** 2,
  triangle: 1.8,
  cross: 4 * (2 * 0.28 - 0.28 ** 2),
  ring: Math.PI * (1 - 0.48 ** 2),
  diamond: 2 * 1.05 ** 2,
};

const white = (scene: Partial<Scene>): Scene => ({ size: 'large', colour: 'white', shape: 'circle', place: 'in the center', ...scene });

describe('a rendered scene', () => {
  test('is 16 by 16 in colour, with values from 0 to 1 in steps of a file', () => {
    const random = createRandom(1);
    for (const scene of scenes) {
      const { width, height, channels, data } = renderScene(scene, random);
      expect([width, height, channels, data.length]).toEqual([16, 16, 3, 768]);
      expect(data.every((value) => value >= 0 && value <= 1 && value === Math.fround(Math.round(value * 255) / 255))).toBe(true);
    }
  });

  test.each(places.map((place, at) => [place, at] as const))('lies %s', (place, at) => {
    const random = createRandom(2);
    for (const shape of shapes) {
      const { x, y } = blobOf(coverage(renderScene(white({ shape, place }), random)));
      expect(Math.floor((x / side) * 3)).toBe(at % 3);
      expect(Math.floor((y / side) * 3)).toBe(Math.floor(at / 3));
    }
  });

  test('is whole: nothing is cut off at the edges', () => {
    const random = createRandom(3);
    for (const shape of shapes) {
      const { area } = blobOf(coverage(renderScene(white({ shape }), random)));
      for (const place of places) {
        const other = blobOf(coverage(renderScene(white({ shape, place }), random))).area;
        expect(Math.abs(other / area - 1)).toBeLessThan(0.25); // sizes differ by 5 % up and down, areas by twice that
      }
    }
  });

  test('covers the area of its shape', () => {
    const random = createRandom(4);
    for (const shape of shapes) {
      const drawn = Array.from({ length: 50 }, () => blobOf(coverage(renderScene(white({ shape }), random))).area);
      const mean = drawn.reduce((sum, area) => sum + area, 0) / drawn.length;
      expect(Math.abs(mean / (areas[shape] * 3.4 ** 2) - 1)).toBeLessThan(0.06);
    }
  });

  test('large is larger than small', () => {
    const random = createRandom(5);
    for (const shape of shapes) {
      const [small, large] = sizes.map((size) => blobOf(coverage(renderScene(white({ shape, size }), random))).area);
      expect(large).toBeGreaterThan(1.6 * small);
    }
  });

  test('has the colour of its name in the middle', () => {
    const random = createRandom(6);
    for (const scene of scenes.filter(({ shape, place }) => shape === 'square' && place === 'in the center')) {
      const { data } = renderScene(scene, random);
      const middle = (8 * side + 8) * 3;
      for (const [channel, value] of palette[scene.colour].entries()) expect(data[middle + channel]).toBeCloseTo(value, 2);
    }
  });

  test('differs from the last one of the same scene, but little', () => {
    const random = createRandom(7);
    for (const scene of scenes.slice(0, 50)) {
      const [first, second] = [renderScene(scene, random), renderScene(scene, random)];
      expect(first.data).not.toEqual(second.data);
      expect(first.data.reduce((sum, value, at) => sum + Math.abs(value - second.data[at]), 0) / 768).toBeLessThan(0.25);
    }
  });
});

test.each(['above', 'below', 'left of', 'right of'] as const)('of two objects, the large one is %s the small one', (relation) => {
  const random = createRandom(8);
  const all = relatedScenes.filter(
    (scene) => scene.relation === relation && scene.largeColour === 'white' && scene.smallColour === 'white',
  );
  expect(all).toHaveLength(36);
  for (const scene of all) {
    const covered = coverage(renderRelatedScene(scene, random));
    const upright = relation === 'above' || relation === 'below';
    const half = (first: boolean): Blob => {
      const inside = (at: number): boolean => (upright ? Math.floor(at / side) : at % side) < side / 2 === first;
      return blobOf(covered.map((value, at) => (inside(at) ? value : 0)));
    };
    const largeFirst = relation === 'above' || relation === 'left of';
    expect(Math.abs(half(largeFirst).area / (areas[scene.largeShape] * 3.4 ** 2) - 1)).toBeLessThan(0.2);
    expect(Math.abs(half(!largeFirst).area / (areas[scene.smallShape] * 2.4 ** 2) - 1)).toBeLessThan(0.2);
  }
});
