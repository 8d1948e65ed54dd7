/**
 * Partial sums of squares of the whole gradient, each with its exponent (common/scaled-sum.ts), and the sum of the losses.
 *
 * gradients [elements], losses [rows]; partials [workgroups + 1] of (exponent, sum) before and (exponent, sum) after the clip by value.
 * Workgroup w sums the vec4s w·S + i, + workgroups·S, ...; the last workgroup adds the losses. `update` adds the partials in order.
 */
import { control } from './common/control.ts';
import { scaledSum } from './common/scaled-sum.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, wgsl } from './wgsl.ts';

export interface GradientNormOptions {
  readonly elements: number;
  /** Rows of losses, over all micro-batches. */
  readonly rows: number;
  readonly valueClip: boolean;
  readonly workgroups: number;
  readonly workgroupSize: number;
}

export function gradientNorm({ elements, rows, valueClip, workgroups, workgroupSize }: GradientNormOptions): Kernel {
  const bindings = [read('control'), read('gradients'), read('losses'), readWrite('partials')];
  const vectors = elements / 4;
  const stride = workgroups * workgroupSize;
  const code = wgsl`
${declareBindings(bindings, { control: 'array<u32>', gradients: 'array<vec4f>', losses: 'array<f32>', partials: 'array<vec4u>' })}
${control(1)}
${scaledSum}

var<workgroup> raw: array<ScaledSum, ${workgroupSize}>;
var<workgroup> clipped: array<ScaledSum, ${workgroupSize}>;
var<workgroup> loss: array<f32, ${workgroupSize}>;

fn bounded(x: vec4f) -> vec4f {
#if ${valueClip}
  let bound = vec4f(bitcast<f32>(control[CLIP_VALUE]));
  return clamp(x, -bound, bound);
#else
  return x;
#endif
}

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
    let first = workgroup.x * ${workgroupSize}u + local;
    var highest = 0u;
    var highest_bounded = 0u;
    for (var index = first; index < ${vectors}u; index += ${stride}u) {
      highest = max(highest, exponent_of(gradients[index]));
      highest_bounded = max(highest_bounded, exponent_of(bounded(gradients[index])));
    }
    var sum = 0.0f;
    var sum_bounded = 0.0f;
    for (var index = first; index < ${vectors}u; index += ${stride}u) {
      let x = gradients[index] * reciprocal_scale(highest);
      sum += dot(x, x);
      let y = bounded(gradients[index]) * reciprocal_scale(highest_bounded);
      sum_bounded += dot(y, y);
    }
    raw[local] = ScaledSum(select(usable(highest), NOT_FINITE, highest == NOT_FINITE), sum);
    clipped[local] = ScaledSum(usable(highest_bounded), sum_bounded);
  }
  workgroupBarrier();
  if (local == 0u) {
    if (workgroup.x == ${workgroups}u) {
      var sum = 0.0f;
      for (var index = 0u; index < ${workgroupSize}u; index++) {
        sum += loss[index];
      }
      partials[workgroup.x] = vec4u(bitcast<u32>(sum), 0u, 0u, 0u);
    } else {
      var total = raw[0];
      var total_clipped = clipped[0];
      for (var index = 1u; index < ${workgroupSize}u; index++) {
        total = add(total, raw[index]);
        total_clipped = add(total_clipped, clipped[index]);
      }
      partials[workgroup.x] = vec4u(total.exponent, bitcast<u32>(total.sum), total_clipped.exponent, bitcast<u32>(total_clipped.sum));
    }
  }
}`;
  return {
    name: 'gradient-norm',
    variant: valueClip ? 'clip by value' : 'plain',
    code,
    bindings,
    uniforms: [],
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [workgroups + 1, 1, 1],
    flop: 2 * elements,
  };
}
