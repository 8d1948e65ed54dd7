/**
 * Norm of all parameters and norm of what the update changed, into the metrics entry that `update` has written: adds up the pieces of `change-norms`
 * in a fixed order.
 *
 * changes [pieces, 4] u32 as `change-norms` leaves them; metrics: common/metrics.ts. One workgroup.
 */
import { control } from './common/control.ts';
import { metrics } from './common/metrics.ts';
import { scaledSum } from './common/scaled-sum.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, wgsl } from './wgsl.ts';

export interface UpdateNormsOptions {
  readonly pieces: number;
}

const WORKGROUP = 64;

export function updateNorms({ pieces }: UpdateNormsOptions): Kernel {
  const bindings = [read('control'), read('changes'), readWrite('metrics')];
  const code = wgsl`
${declareBindings(bindings, { control: 'array<u32>', changes: 'array<vec4u>', metrics: 'array<u32>' })}
${control(1)}
${metrics}
${scaledSum}

var<workgroup> value_sums: array<ScaledSum, ${WORKGROUP}>;
var<workgroup> change_sums: array<ScaledSum, ${WORKGROUP}>;

@compute
@workgroup_size(${WORKGROUP})
fn main(@builtin(local_invocation_index) local: u32) {
  var value = ScaledSum(0u, 0.0f);
  var change = ScaledSum(0u, 0.0f);
  for (var piece = local; piece < ${pieces}u; piece += ${WORKGROUP}u) {
    let p = changes[piece];
    value = add(value, ScaledSum(p.x, bitcast<f32>(p.y)));
    change = add(change, ScaledSum(p.z, bitcast<f32>(p.w)));
  }
  value_sums[local] = value;
  change_sums[local] = change;
  workgroupBarrier();
  if (local == 0u) {
    for (var index = 1u; index < ${WORKGROUP}u; index++) {
      value = add(value, value_sums[index]);
      change = add(change, change_sums[index]);
    }
    let entry = control[SLOT] * METRICS_ELEMENTS;
    metrics[entry + PARAMETER_NORM] = value.exponent;
    metrics[entry + PARAMETER_NORM + 1u] = bitcast<u32>(value.sum);
    metrics[entry + UPDATE_NORM] = change.exponent;
    metrics[entry + UPDATE_NORM + 1u] = bitcast<u32>(change.sum);
  }
}`;
  return {
    name: 'update-norms',
    variant: 'plain',
    code,
    bindings,
    uniforms: [],
    workgroupSize: [WORKGROUP, 1, 1],
    workgroups: [1, 1, 1],
    flop: 8 * pieces,
  };
}
