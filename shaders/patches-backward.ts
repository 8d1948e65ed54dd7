/**
 * The gradient of images from that of their patches (patches.ts): every number adds up the at most four patches that it lies in, always in the order
 * of their taps; nothing is scattered. patchesGradient as patches, sourceGradient [B, imageStride]; what is no pixel gets 0.
 * One thread writes four neighbours of sourceGradient.
 */
import { cutByWorkgroups } from './common/rows.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { type PatchesOptions, patchConstants } from './patches.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export function patchesBackward(options: PatchesOptions): Kernel {
  const { batch, imageStride, workgroupSize } = options;
  const bindings = [read('patchesGradient'), readWrite('sourceGradient')];
  const uniforms = ['begin'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { patchesGradient: 'array<f32>', sourceGradient: 'array<vec4f>' })}
${patchConstants(options)}

fn element(image: u32, place: u32) -> f32 {
  let pixel = place / PIXEL;
  let channel = place % PIXEL;
  if (pixel >= WIDTH * HEIGHT || channel >= CHANNELS) { return 0.0f; }
  var sum = 0.0f;
  for (var tap = 0u; tap < 9u; tap++) {
    // twice the place of the patch, and two more
    let y = pixel / WIDTH + 3u - tap / 3u;
    let x = pixel % WIDTH + 3u - tap % 3u;
    if (y % 2u == 0u && x % 2u == 0u && y / 2u <= PATCHES_HEIGHT && x / 2u <= PATCHES_WIDTH) {
      let row = (image * PATCHES_HEIGHT + y / 2u - 1u) * PATCHES_WIDTH + x / 2u - 1u;
      sum += patchesGradient[row * COLUMNS + tap * CHANNELS + channel];
    }
  }
  return sum;
}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${(batch * imageStride) / 4}u) {
    let image = index * 4u / IMAGE;
    let place = index * 4u % IMAGE;
    sourceGradient[index] = vec4f(${unroll(4, (lane) => `element(image, place + ${lane}u)`, ', ')});
  }
}`;
  return {
    name: 'patches-backward',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    ...cutByWorkgroups((batch * imageStride) / 4, workgroupSize),
    flop: batch * imageStride * 20,
  };
}
