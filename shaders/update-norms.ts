/**
 * Norm of all parameters and norm of what the update changed, into the metrics entry that `update` has written: adds up what each of its
 * workgroups left, in a fixed order.
 *
 * partials [first + chunks]: from `first` on (exponent, sum) of the parameters and (exponent, sum) of their changes, per workgroup of `update`;
 * metrics: common/metrics.ts. One workgroup.
 */
import { control } from './common/control.ts';
import { metrics } from './common/metrics.ts';
import { scaledSum } from './common/scaled-sum.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, wgsl } from './wgsl.ts';

export interface UpdateNormsOptions {
  readonly first: number;
  readonly chunks: number;
}

const WORKGROUP = 64;

export function updateNorms({ first, chunks }: UpdateNormsOptions): Kernel {
  const bindings = [read('control'), read('partials'), readWrite('metrics')];
  const code = wgsl`
${declareBindings(bindings, { control: 'array<u32>', partials: 'array<vec4u>', metrics: 'array<u32>' })}
${control(1)}
${metrics}
${scaledSum}

var<workgroup> values: array<ScaledSum, ${WORKGROUP}>;
var<workgroup> changes: array<ScaledSum, ${WORKGROUP}>;

@compute
@workgroup_size(${WORKGROUP})
fn main(@builtin(local_invocation_index) local: u32) {
  var value = ScaledSum(0u, 0.0f);
  var change = ScaledSum(0u, 0.0f);
  for (var chunk = local; chunk < ${chunks}u; chunk += ${WORKGROUP}u) {
    let p = partials[${first}u + chunk];
    value = add(value, ScaledSum(p.x, bitcast<f32>(p.y)));
    change = add(change, ScaledSum(p.z, bitcast<f32>(p.w)));
  }
  values[local] = value;
  changes[local] = change;
  workgroupBarrier();
  if (local == 0u) {
    for (var index = 1u; index < ${WORKGROUP}u; index++) {
      value = add(value, values[index]);
      change = add(change, changes[index]);
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
    flop: 8 * chunks,
  };
}
