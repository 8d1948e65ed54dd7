import type { Buffers, Call } from './options.ts';

export interface PatchesOptions {
  readonly batch: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pixelStride: number;
  readonly imageStride: number;
}

/** Every pair of a number in a patch and the number of an image that it is: places in patches [.., 9·channels padded] and in source. */
export function* patchPlaces({
  batch,
  width,
  height,
  channels,
  pixelStride,
  imageStride,
}: PatchesOptions): Generator<readonly [number, number]> {
  const columns = 4 * Math.ceil((9 * channels) / 4);
  let row = 0;
  for (let b = 0; b < batch; b++) {
    for (let top = -1; top < height - 1; top += 2) {
      for (let left = -1; left < width - 1; left += 2, row++) {
        for (let tap = 0; tap < 9; tap++) {
          const [y, x] = [top + Math.floor(tap / 3), left + (tap % 3)];
          if (y < 0 || x < 0 || y >= height || x >= width) continue;
          for (let c = 0; c < channels; c++) {
            yield [row * columns + tap * channels + c, b * imageStride + (y * width + x) * pixelStride + c];
          }
        }
      }
    }
  }
}

/** The 3x3 patches of images, two pixels apart, padded by one. */
export function patches(options: PatchesOptions, call: Call, { source, patches: out }: Buffers): void {
  out.fill(0);
  for (const [place, origin] of patchPlaces(options)) out[place] = source[call.source + origin];
}
