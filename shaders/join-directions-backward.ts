/**
 * The gradients of what join-directions.ts joins: df[t, b] = the forward part of dout[t, b], dr[p, b] = the reverse part of dout[length_b - 1 - p, b],
 * each times the same dropout; 0 past the end of a row.
 *
 * outGradient [T, B, 2H or H]; forwardGradient, reverseGradient [T, B, H], written wholly, each from its own offset on (not in one buffer: both are written).
 * One thread writes four neighbours of both.
 */
import { dropoutParts } from './common/dropout.ts';
import { cutByWorkgroups, lengthBindings, lengthOf } from './common/rows.ts';
import { type JoinDirectionsOptions, joinVariant } from './join-directions.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, f32, wgsl } from './wgsl.ts';

export function joinDirectionsBackward(options: JoinDirectionsOptions): Kernel {
  const { mode, batch, timeSteps, hiddenSize, lengths, workgroupSize } = options;
  const isConcat = mode === 'concat';
  const hasReverse = mode !== 'single';
  const width = hiddenSize / 4;
  const vectors = (isConcat ? 2 : 1) * width;
  const threads = timeSteps * batch * width;
  const dropout = dropoutParts(options.dropout, vectors);
  const directions = hasReverse ? [readWrite('forwardGradient'), readWrite('reverseGradient')] : [readWrite('forwardGradient')];
  const bindings = [read('outGradient'), ...lengthBindings(lengths), ...dropout.bindings, ...directions];
  const uniforms = ['begin', 'outGradient', 'forwardGradient', 'reverseGradient', 'lengths', ...dropout.uniforms];
  const floats = 'array<vec4f>';
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  outGradient: floats,
  lengths: 'array<u32>',
  control: 'array<u32>',
  mask: floats,
  forwardGradient: floats,
  reverseGradient: floats,
})}
const BATCH = ${batch}u;
const WIDTH = ${width}u;
const VECTORS = ${vectors}u;
/** Where the reverse direction's part of a row begins. */
const REVERSE = ${isConcat ? width : 0}u;
const SHARE = ${f32(mode === 'mean' ? 0.5 : 1)};
${lengthOf(lengths, timeSteps)}
${dropout.code}

fn gradient(position: u32, vector: u32) -> vec4f {
  return SHARE * kept(position, vector) * outGradient[call.outGradient / 4u + position * VECTORS + vector];
}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${threads}u) {
    let position = index / WIDTH;
    let vector = index % WIDTH;
    let t = position / BATCH;
    let b = position % BATCH;
    let end = length_of(b);
    let isReal = t < end;
    forwardGradient[call.forwardGradient / 4u + index] = select(vec4f(), gradient(position, vector), isReal);
#if ${hasReverse}
    let mirrored = select(position, (end - 1u - t) * BATCH + b, isReal);
    reverseGradient[call.reverseGradient / 4u + index] = select(vec4f(), gradient(mirrored, REVERSE + vector), isReal);
#endif
  }
}`;
  return {
    name: 'join-directions-backward',
    variant: joinVariant(options),
    code,
    bindings,
    uniforms,
    ...cutByWorkgroups(threads, workgroupSize),
    flop: threads * 8 * (options.dropout === 'noise' ? 12 : 2),
  };
}
