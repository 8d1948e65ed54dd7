/**
 * Partial sums of squares of the whole gradient, each with its exponent (common/scaled-sum.ts), and the sum of the losses.
 *
 * gradients [elements], losses [rows]; pieces [workgroups, 4] of (first vec4, vec4 behind the last, parameter, 0): each workgroup sums a piece of one
 * parameter's gradient, so that the norms of parameters, and which of them is not finite, are known too; partials [workgroups + 1] as common/clip.ts
 * has them. The last workgroup adds the losses, and passes on what the clips inside of the reverse sweep met, clipped [2]. `update` adds the partials in order.
 */
import { NO_TENSOR, PARTIAL } from './common/clip.ts';
import { control } from './common/control.ts';
import { scaledSum } from './common/scaled-sum.ts';
import { LARGEST } from './common/time-step-clip.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, wgsl } from './wgsl.ts';

export interface GradientNormOptions {
  readonly elements: number;
  /** Rows of losses, over all micro-batches. */
  readonly rows: number;
  readonly valueClip: boolean;
  /** Whether there are clips inside of the reverse sweep. */
  readonly timeStepClip: boolean;
  /** One for each piece. */
  readonly workgroups: number;
  readonly workgroupSize: number;
}

export function gradientNorm({ elements, rows, valueClip, timeStepClip, workgroups, workgroupSize }: GradientNormOptions): Kernel {
  const bindings = [
    read('control'),
    read('pieces'),
    read('gradients'),
    read('losses'),
    ...(timeStepClip ? [read('clipped')] : []),
    readWrite('partials'),
  ];
  const met = timeStepClip ? `clipped[${LARGEST.value}], clipped[${LARGEST.norm}]` : '0u, 0u';
  const code = wgsl`
${declareBindings(bindings, {
  control: 'array<u32>',
  pieces: 'array<vec4u>',
  gradients: 'array<vec4f>',
  losses: 'array<f32>',
  clipped: 'array<u32>',
  partials: 'array<vec4u>',
})}
${control(1)}
${scaledSum}

var<workgroup> raw: array<ScaledSum, ${workgroupSize}>;
var<workgroup> loss: array<f32, ${workgroupSize}>;
#if ${valueClip}
var<workgroup> bounded_sums: array<ScaledSum, ${workgroupSize}>;
var<workgroup> changed: array<u32, ${workgroupSize}>;

fn bounded(x: vec4f) -> vec4f {
  let bound = vec4f(bitcast<f32>(control[CLIP_VALUE]));
  return clamp(x, -bound, bound);
}
#endif

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  if (workgroup.x == ${workgroups}u) {
    var sum = 0.0f;
    for (var row = local; row < ${rows}u; row += ${workgroupSize}u) {
      sum += losses[row];
    }
    loss[local] = sum;
  } else {
    let piece = pieces[workgroup.x];
    let first = piece.x + local;
    var highest = 0u;
    var highest_bounded = 0u;
    var is_changed = false;
    for (var index = first; index < piece.y; index += ${workgroupSize}u) {
      let x = gradients[index];
      highest = max(highest, exponent_of(x));
#if ${valueClip}
      let y = bounded(x);
      highest_bounded = max(highest_bounded, exponent_of(y));
      is_changed = is_changed || any(x != y);
#endif
    }
    var sum = 0.0f;
    var sum_bounded = 0.0f;
    for (var index = first; index < piece.y; index += ${workgroupSize}u) {
      let x = gradients[index];
      let scaled = x * reciprocal_scale(highest);
      sum += dot(scaled, scaled);
#if ${valueClip}
      let y = bounded(x) * reciprocal_scale(highest_bounded);
      sum_bounded += dot(y, y);
#endif
    }
    raw[local] = ScaledSum(select(usable(highest), NOT_FINITE, highest == NOT_FINITE), sum);
#if ${valueClip}
    changed[local] = u32(is_changed);
    bounded_sums[local] = ScaledSum(usable(highest_bounded), sum_bounded);
#endif
  }
  workgroupBarrier();
  if (local == 0u) {
    if (workgroup.x == ${workgroups}u) {
      var sum = 0.0f;
      for (var index = 0u; index < ${workgroupSize}u; index++) {
        sum += loss[index];
      }
      partials[workgroup.x] = vec4u(bitcast<u32>(sum), ${met}, ${NO_TENSOR}u);
    } else {
      var total = raw[0];
      for (var index = 1u; index < ${workgroupSize}u; index++) {
        total = add(total, raw[index]);
      }
#if ${valueClip}
      var total_clipped = bounded_sums[0];
      var is_changed = changed[0];
      for (var index = 1u; index < ${workgroupSize}u; index++) {
        total_clipped = add(total_clipped, bounded_sums[index]);
        is_changed |= changed[index];
      }
#else
      let total_clipped = ScaledSum(usable(total.exponent), total.sum);
      let is_changed = 0u;
#endif
      let exponents = total.exponent | (total_clipped.exponent << ${PARTIAL.clippedExponent}u) | (is_changed << ${PARTIAL.isClipped}u);
      partials[workgroup.x] = vec4u(exponents, bitcast<u32>(total.sum), bitcast<u32>(total_clipped.sum), pieces[workgroup.x].z);
    }
  }
}`;
  return {
    name: 'gradient-norm',
    variant: [valueClip ? 'clip by value' : 'plain', ...(timeStepClip ? ['time steps'] : [])].join(' '),
    code,
    bindings,
    uniforms: [],
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [workgroups + 1, 1, 1],
    flop: 2 * elements,
  };
}
