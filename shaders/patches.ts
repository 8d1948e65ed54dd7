/**
 * The 3x3 patches of images, two pixels apart, one row each, so that a convolution is a product: patches[(b, y, x), (j, i, c)] =
 * source[b, 2y + j - 1, 2x + i - 1, c], 0 beyond the edge. The halved sizes are rounded up.
 *
 * source [B, imageStride]: rows of pixels, each of `channels` numbers in `pixelStride`; patches [B·⌈height/2⌉·⌈width/2⌉, 9·channels padded to 4].
 * One thread writes four neighbours of patches.
 */
import { cutByWorkgroups } from './common/rows.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export interface PatchesOptions {
  readonly batch: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** From one pixel to the next. */
  readonly pixelStride: number;
  /** From one image to the next, a multiple of 4. */
  readonly imageStride: number;
  readonly workgroupSize: number;
}

/** Sizes that both sides of a convolution share. */
export function patchSizes({ batch, width, height, channels }: Pick<PatchesOptions, 'batch' | 'width' | 'height' | 'channels'>) {
  const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  return { width: columns, height: rows, rows: batch * rows * columns, columns: 4 * Math.ceil((9 * channels) / 4) };
}

export const patchConstants = (options: PatchesOptions): string => {
  const made = patchSizes(options);
  return `const WIDTH = ${options.width}u;
const HEIGHT = ${options.height}u;
const CHANNELS = ${options.channels}u;
const PIXEL = ${options.pixelStride}u;
const IMAGE = ${options.imageStride}u;
const PATCHES_WIDTH = ${made.width}u;
const PATCHES_HEIGHT = ${made.height}u;
const COLUMNS = ${made.columns}u;`;
};

export function patches(options: PatchesOptions): Kernel {
  const { workgroupSize } = options;
  const { rows, columns } = patchSizes(options);
  const bindings = [read('source'), readWrite('patches')];
  const uniforms = ['begin', 'source'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { source: 'array<f32>', patches: 'array<vec4f>' })}
${patchConstants(options)}

fn element(row: u32, column: u32) -> f32 {
  let tap = column / CHANNELS;
  // one more than the place in the image, so that none is below zero
  let y = 2u * (row / PATCHES_WIDTH % PATCHES_HEIGHT) + tap / 3u;
  let x = 2u * (row % PATCHES_WIDTH) + tap % 3u;
  if (tap >= 9u || y == 0u || x == 0u || y > HEIGHT || x > WIDTH) { return 0.0f; }
  let image = row / (PATCHES_WIDTH * PATCHES_HEIGHT);
  return source[call.source + image * IMAGE + ((y - 1u) * WIDTH + x - 1u) * PIXEL + column % CHANNELS];
}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${(rows * columns) / 4}u) {
    let row = index / ${columns / 4}u;
    let column = index % ${columns / 4}u * 4u;
    patches[index] = vec4f(${unroll(4, (lane) => `element(row, column + ${lane}u)`, ', ')});
  }
}`;
  return {
    name: 'patches',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    ...cutByWorkgroups((rows * columns) / 4, workgroupSize),
    flop: rows * columns * 4,
  };
}
