/** Pictures in files: PNG by fast-png, JPEG by jpeg-js; the one file that knows them. */
import { convertIndexedToRgb, type DecodedPng, decode as decodePng, encode, hasPngSignature } from 'fast-png';
import jpeg from 'jpeg-js';
import type { Image } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';

/**
 * Decodes a PNG of any colour type and depth, or a JPEG. What is transparent shows white behind it; a JPEG without colour is grey.
 *
 * @param name what messages call the file
 * @throws InputError for anything else, and for a file that is cut off or damaged.
 */
export function decodeImage(bytes: Uint8Array, name: string): Image {
  const fail = (found: string): never => {
    throw new InputError(`image ${name} must be a PNG or JPEG, got ${found}`);
  };
  if (bytes.length === 0) return fail('an empty file');
  const isPng = hasPngSignature(bytes.subarray(0, 8));
  if (!isPng && !(bytes[0] === 0xff && bytes[1] === 0xd8)) return fail('a file that begins as neither');
  try {
    return isPng ? fromPng(decodePng(bytes, { checkCrc: true })) : fromJpeg(bytes);
  } catch (error) {
    return fail(`one that cannot be decoded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Encodes a picture as PNG of 8 bits; values are rounded to multiples of 1/255. */
export function encodePng({ width, height, channels, data }: Image): Uint8Array {
  return encode({
    width,
    height,
    channels,
    depth: 8,
    data: Uint8Array.from(data, (value) => Math.round(255 * Math.min(1, Math.max(0, value)))),
  });
}

function fromPng(png: DecodedPng): Image {
  const { width, height } = png;
  if (png.palette) return composite(width, height, png.palette[0].length, convertIndexedToRgb(png), 255);
  if (png.depth < 8) {
    // Several grey pixels to a byte: the same as a palette of that many greys.
    const levels = 2 ** png.depth;
    const greys = Array.from({ length: levels }, (_, level) => [(255 * level) / (levels - 1)]);
    return composite(width, height, 1, convertIndexedToRgb({ ...png, palette: greys }), 255);
  }
  return composite(width, height, png.channels, png.data, 2 ** png.depth - 1);
}

function fromJpeg(bytes: Uint8Array): Image {
  const { width, height, data } = jpeg.decode(bytes, { useTArray: true, formatAsRGBA: false, tolerantDecoding: false });
  const isGrey = data.every((value, index) => value === data[index - (index % 3)]);
  return composite(width, height, isGrey ? 1 : 3, isGrey ? data.filter((_, index) => index % 3 === 0) : data, 255);
}

/** Numbers up to `full` as values in [0, 1], the alpha channel (the last of two or four) laid over white. */
function composite(width: number, height: number, colours: number, values: ArrayLike<number>, full: number): Image {
  const hasAlpha = colours === 2 || colours === 4;
  const channels = colours < 3 ? 1 : 3;
  const data = new Float32Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = hasAlpha ? values[pixel * colours + colours - 1] / full : 1;
    for (let channel = 0; channel < channels; channel++)
      data[pixel * channels + channel] = 1 - alpha + (alpha * values[pixel * colours + channel]) / full;
  }
  return { width, height, channels, data };
}
