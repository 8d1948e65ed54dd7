import { describe, expect, test } from 'vitest';
import type { Image } from '../../data/examples.ts';
import { createRandom } from '../../data/random.ts';
import { describeImage } from './describe-image.ts';
import { palette, renderScene } from './render.ts';
import { colours } from './scene.ts';

const image = (width: number, channels: 1 | 3, data: readonly number[]): Image => ({
  width,
  height: data.length / width / channels,
  channels,
  data: Float32Array.from(data),
});

describe('a picture as text', () => {
  test('has a letter per colour, small in the shade, and dots where it is dark', () => {
    const half = palette.yellow.map((value) => value / 2);
    expect(describeImage(image(3, 3, [...palette.red, ...half, 0.1, 0.1, 0.1, ...palette.purple, 0, 0, 0, ...palette.white]))).toBe(
      'R y .\nP . W',
    );
  });

  test('shows grey pictures by lightness', () => {
    expect(describeImage(image(2, 1, [0, 1, 0.5, 0.25]))).toBe('  @\n+ :');
  });

  test('is 16 lines for a scene, with no letter but its colour', () => {
    const random = createRandom(1);
    for (const colour of colours) {
      const scene = { size: 'large', colour, shape: 'square', place: 'in the center' } as const;
      const text = describeImage(renderScene(scene, random));
      expect(text.split('\n')).toHaveLength(16);
      expect(text.match(/[A-Z]/g)?.length).toBeGreaterThan(12);
      expect(new Set(text.match(/[A-Z]/g))).toEqual(new Set([colour[0].toUpperCase()]));
    }
  });

  test('in colours draws two pixels as one character', () => {
    const text = describeImage(image(1, 3, [1, 0, 0, 0, 0.5, 1, 1, 1, 1]), { colours: true });
    expect(text).toBe('\u001b[38;2;255;0;0;48;2;0;128;255m▀\u001b[0m\n\u001b[38;2;255;255;255;48;2;0;0;0m▀\u001b[0m');
  });

  test('in colours shows grey too', () => {
    expect(describeImage(image(1, 1, [1, 0.2]), { colours: true })).toBe('\u001b[38;2;255;255;255;48;2;51;51;51m▀\u001b[0m');
  });
});
