/**
 * sums[slot] = the sum of the losses of one validation window, in a fixed order; slot comes from control.
 * losses [rows], sums [slots]. One workgroup.
 */
import { control } from './common/control.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, wgsl } from './wgsl.ts';

export interface LossSumOptions {
  readonly rows: number;
}

const WORKGROUP = 64;

export function lossSum({ rows }: LossSumOptions): Kernel {
  const bindings = [read('control'), read('losses'), readWrite('sums')];
  const code = wgsl`
${declareBindings(bindings, { control: 'array<u32>', losses: 'array<f32>', sums: 'array<f32>' })}
${control(1)}

var<workgroup> parts: array<f32, ${WORKGROUP}>;

@compute
@workgroup_size(${WORKGROUP})
fn main(@builtin(local_invocation_index) local: u32) {
  var sum = 0.0f;
  for (var row = local; row < ${rows}u; row += ${WORKGROUP}u) {
    sum += losses[row];
  }
  parts[local] = sum;
  workgroupBarrier();
  if (local == 0u) {
    var total = 0.0f;
    for (var index = 0u; index < ${WORKGROUP}u; index++) {
      total += parts[index];
    }
    sums[control[SLOT]] = total;
  }
}`;
  return {
    name: 'loss-sum',
    variant: 'plain',
    code,
    bindings,
    uniforms: [],
    workgroupSize: [WORKGROUP, 1, 1],
    workgroups: [1, 1, 1],
    flop: rows,
  };
}
