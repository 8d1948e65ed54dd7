/**
 * The norms of ∂L/∂h_t, and of an LSTM's ∂L/∂c_t, at every time step: (exponent, sum of squares) of row t + 1 of a gradient, over the whole batch
 * (common/scaled-sum.ts; exponent 255: not finite), so that 1e-23 and 1e31 are figures and not 0 and infinity.
 *
 * outputGradient and cellGradient [T + 1, B, H] after the reverse sweep; norms: a ring of entries of `entry` elements, of which the step writes one
 * (control), from an offset on: [kinds, T] pairs. A workgroup adds up one time step of one gradient in a fixed order.
 */
import { control } from './common/control.ts';
import { scaledSum } from './common/scaled-sum.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface TimeNormsOptions {
  readonly batch: number;
  readonly timeSteps: number;
  /** H, a multiple of 4. */
  readonly hiddenSize: number;
  /** Whether there is a cellGradient. */
  readonly cells: boolean;
  readonly workgroupSize: number;
}

export function timeNorms({ batch, timeSteps, hiddenSize, cells, workgroupSize }: TimeNormsOptions): Kernel {
  const bindings = [read('control'), read('outputGradient'), ...(cells ? [read('cellGradient')] : []), readWrite('norms')];
  const uniforms = ['begin', 'norms', 'entry'];
  const row = (batch * hiddenSize) / 4;
  const workgroups = timeSteps * (cells ? 2 : 1);
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  control: 'array<u32>',
  outputGradient: 'array<vec4f>',
  cellGradient: 'array<vec4f>',
  norms: 'array<u32>',
})}
${control(1)}
${scaledSum}

var<workgroup> sums: array<ScaledSum, ${workgroupSize}>;

/** Element index of row t + 1 of the gradient of h, behind which stands that of c. */
fn gradient_at(t: u32, index: u32) -> vec4f {
#if ${cells}
  if (t >= ${timeSteps}u) { return cellGradient[(t - ${timeSteps}u + 1u) * ${row}u + index]; }
#endif
  return outputGradient[(t + 1u) * ${row}u + index];
}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let t = workgroup.x + call.begin;
  var highest = 0u;
  for (var index = local; index < ${row}u; index += ${workgroupSize}u) {
    highest = max(highest, exponent_of(gradient_at(t, index)));
  }
  var sum = 0.0f;
  for (var index = local; index < ${row}u; index += ${workgroupSize}u) {
    let x = gradient_at(t, index) * reciprocal_scale(highest);
    sum += dot(x, x);
  }
  sums[local] = ScaledSum(select(usable(highest), NOT_FINITE, highest == NOT_FINITE), sum);
  workgroupBarrier();
  if (local == 0u) {
    var total = sums[0];
    for (var index = 1u; index < ${workgroupSize}u; index++) {
      total = add(total, sums[index]);
    }
    let place = call.norms + (control[MONITORED] - 1u) * call.entry + 2u * t;
    norms[place] = total.exponent;
    norms[place + 1u] = bitcast<u32>(total.sum);
  }
}`;
  return {
    name: 'time-norms',
    variant: cells ? 'cells' : 'plain',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [workgroups, 1, 1],
    range: { along: 'workgroups', length: workgroups },
    flop: 3 * workgroups * batch * hiddenSize,
  };
}
