/**
 * The norm of ∂L/∂h_t at every time step: norms[t] = (exponent, sum of squares) of row t + 1 of outputGradient, over the whole batch
 * (common/scaled-sum.ts; exponent 255: not finite), so that 1e-23 and 1e31 are figures and not 0 and infinity.
 *
 * outputGradient [T + 1, B, H] after the reverse sweep, norms [T] pairs from an offset on. A workgroup adds up one time step in a fixed order.
 */
import { scaledSum } from './common/scaled-sum.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface TimeNormsOptions {
  readonly batch: number;
  readonly timeSteps: number;
  /** H, a multiple of 4. */
  readonly hiddenSize: number;
  readonly workgroupSize: number;
}

export function timeNorms({ batch, timeSteps, hiddenSize, workgroupSize }: TimeNormsOptions): Kernel {
  const bindings = [read('outputGradient'), readWrite('norms')];
  const uniforms = ['begin', 'norms'];
  const row = (batch * hiddenSize) / 4;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { outputGradient: 'array<vec4f>', norms: 'array<u32>' })}
${scaledSum}

var<workgroup> sums: array<ScaledSum, ${workgroupSize}>;

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let t = workgroup.x + call.begin;
  let first = (t + 1u) * ${row}u;
  var highest = 0u;
  for (var index = local; index < ${row}u; index += ${workgroupSize}u) {
    highest = max(highest, exponent_of(outputGradient[first + index]));
  }
  var sum = 0.0f;
  for (var index = local; index < ${row}u; index += ${workgroupSize}u) {
    let x = outputGradient[first + index] * reciprocal_scale(highest);
    sum += dot(x, x);
  }
  sums[local] = ScaledSum(select(usable(highest), NOT_FINITE, highest == NOT_FINITE), sum);
  workgroupBarrier();
  if (local == 0u) {
    var total = sums[0];
    for (var index = 1u; index < ${workgroupSize}u; index++) {
      total = add(total, sums[index]);
    }
    norms[call.norms + 2u * t] = total.exponent;
    norms[call.norms + 2u * t + 1u] = bitcast<u32>(total.sum);
  }
}`;
  return {
    name: 'time-norms',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [timeSteps, 1, 1],
    range: { along: 'workgroups', length: timeSteps },
    flop: 3 * timeSteps * batch * hiddenSize,
  };
}
