/** An image as what a network reads, and the small convolution that it goes through. */
import { InputError } from './input-error.ts';
import { describeValue, requireInteger } from './validation.ts';

export interface ImageOptions {
  readonly kind: 'image';
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Numbers per pixel, e.g. 3 for red, green and blue. */
  readonly channels: number;
  /** Features that each layer of the convolution finds at a place; each layer halves width and height. Default [8, 16]. */
  readonly filters?: readonly number[];
}

/** An image [height, width, channels]. */
export interface ImageInput extends Required<ImageOptions> {}

/** One layer: 3x3 patches, two pixels apart, padded by one; then ReLU. Sizes of what it reads. */
export interface ConvolutionShape {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly filters: number;
}

/** The layers of an image's convolution, the one that reads pixels first. */
export function convolutionShapes({ width, height, channels, filters }: ImageInput): readonly ConvolutionShape[] {
  return filters.map((count, layer) => ({
    width: Math.ceil(width / 2 ** layer),
    height: Math.ceil(height / 2 ** layer),
    channels: layer === 0 ? channels : filters[layer - 1],
    filters: count,
  }));
}

/** Places that the last layer leaves, each with the features of its filters. */
export function placesAfter({ width, height, filters }: ImageInput): number {
  const scale = 2 ** filters.length;
  return Math.ceil(width / scale) * Math.ceil(height / scale);
}

/** @throws InputError if a size is no positive integer or there is no layer. */
export function completeImage({ width, height, channels, filters = [8, 16] }: ImageOptions): ImageInput {
  if (!Array.isArray(filters) || filters.length === 0 || filters.length > 8) {
    throw new InputError(`input.filters must be a list of 1 to 8 numbers of filters, got ${describeValue(filters)}`);
  }
  return {
    kind: 'image',
    width: requireInteger('input.width', width),
    height: requireInteger('input.height', height),
    channels: requireInteger('input.channels', channels),
    filters: filters.map((count, layer) => requireInteger(`input.filters[${layer}]`, count)),
  };
}
