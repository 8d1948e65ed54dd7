import { encode as encodeAny, type ImageData } from 'fast-png';
import jpeg from 'jpeg-js';
import { describe, expect, test } from 'vitest';
import { InputError } from '../index.ts';
import { decodeImage, encodePng } from './images.ts';

/** What a PNG of these numbers decodes to. */
const decoded = (image: ImageData) => decodeImage(encodeAny(image), 'a.png');
const f32 = (...values: number[]): Float32Array => Float32Array.from(values);

describe('PNG', () => {
  test.each([1, 3] as const)('of %i channels comes back exactly', (channels) => {
    const data = Float32Array.from({ length: 6 * channels }, (_, index) => ((37 * index) % 256) / 255);
    const image = { width: 3, height: 2, channels, data };
    expect(decodeImage(encodePng(image), 'a.png')).toEqual(image);
  });

  test('values outside [0, 1] are clipped when written', () => {
    const image = { width: 2, height: 1, channels: 1 as const, data: f32(-1, 2) };
    expect(decodeImage(encodePng(image), 'a.png').data).toEqual(f32(0, 1));
  });

  test.each([
    ['16 bits', { width: 2, height: 1, depth: 16, channels: 1, data: Uint16Array.of(0x8000, 0xffff) }, 1, f32(0x8000 / 0xffff, 1)],
    ['grey over white', { width: 2, height: 1, channels: 2, data: Uint8Array.of(0, 0, 0, 51) }, 1, f32(1, 0.8)],
    ['colour over white', { width: 1, height: 1, channels: 4, data: Uint8Array.of(255, 0, 51, 255) }, 3, f32(1, 0, 0.2)],
    [
      '1 bit, three pixels to a byte',
      { width: 3, height: 2, depth: 1, channels: 1, data: Uint8Array.of(0b10100000, 0b01000000) },
      1,
      f32(1, 0, 1, 0, 1, 0),
    ],
    ['2 bits', { width: 3, height: 1, depth: 2, channels: 1, data: Uint8Array.of(0b00011000) }, 1, f32(0, 1 / 3, 2 / 3)],
  ] as const)('%s', (_, image, channels, data) => {
    const { channels: found, data: values } = decoded(image);
    expect(found).toBe(channels);
    expect([...values]).toEqual([...data].map((value) => expect.closeTo(value, 6)));
  });

  test('a palette becomes colours', () => {
    const palette = [
      [255, 0, 0],
      [0, 0, 255],
    ];
    const { channels, data } = decoded({ width: 2, height: 1, depth: 8, channels: 1, data: Uint8Array.of(1, 0), palette });
    expect([channels, [...data]]).toEqual([3, [0, 0, 1, 1, 0, 0]]);
  });
});

describe('JPEG', () => {
  const encoded = (colour: readonly number[]) =>
    new Uint8Array(jpeg.encode({ width: 16, height: 8, data: Buffer.from(Array.from({ length: 128 }, () => colour).flat()) }, 100).data);

  test('of one colour is that colour, nearly', () => {
    const { width, height, channels, data } = decodeImage(encoded([200, 100, 50, 255]), 'a.jpg');
    expect([width, height, channels]).toEqual([16, 8, 3]);
    expect([...data.subarray(0, 3)].map((value) => Math.round(255 * value))).toEqual(
      [200, 100, 50].map((value) => expect.closeTo(value, -0.7)),
    );
  });

  test('without colour is grey', () => {
    const { channels, data } = decodeImage(encoded([90, 90, 90, 255]), 'a.jpg');
    expect([channels, data.length]).toEqual([1, 128]);
    expect(data[0]).toBeCloseTo(90 / 255, 2);
  });
});

describe('what is refused', () => {
  const png = encodePng({ width: 8, height: 8, channels: 3, data: Float32Array.from({ length: 192 }, (_, index) => (index % 7) / 7) });
  const damaged = png.map((byte, index) => (index === 50 ? byte ^ 1 : byte));
  const jpg = new Uint8Array(jpeg.encode({ width: 16, height: 16, data: Buffer.alloc(1024, 77) }, 50).data);

  test.each([
    ['nothing', new Uint8Array(0), 'image a must be a PNG or JPEG, got an empty file'],
    ['a GIF', new TextEncoder().encode('GIF89a'), 'image a must be a PNG or JPEG, got a file that begins as neither'],
    ['a PNG that is cut off', png.subarray(0, 60), 'image a must be a PNG or JPEG, got one that cannot be decoded: '],
    ['a damaged PNG', damaged, 'image a must be a PNG or JPEG, got one that cannot be decoded: '],
    ['a JPEG that is cut off', jpg.subarray(0, 100), 'image a must be a PNG or JPEG, got one that cannot be decoded: '],
  ])('%s', (_, bytes, message) => {
    expect(() => decodeImage(bytes, 'a')).toThrow(InputError);
    expect(() => decodeImage(bytes, 'a')).toThrow(message);
  });
});
