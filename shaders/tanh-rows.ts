/** rows[i] = tanh(rows[i]), in place: a layer's activation. rows [elements]; one thread takes four neighbours. */
import { activation } from './common/activation.ts';
import { TANH_FLOP } from './common/attention.ts';
import { type Kernel, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface TanhRowsOptions {
  readonly elements: number;
  readonly workgroupSize: number;
}

export function tanhRows({ elements, workgroupSize }: TanhRowsOptions): Kernel {
  const bindings = [readWrite('rows')];
  const uniforms = ['begin', 'rows'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { rows: 'array<vec4f>' })}
${activation}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${elements / 4}u) {
    rows[call.rows / 4u + index] = hyperbolic_tangent(rows[call.rows / 4u + index]);
  }
}`;
  const count = Math.ceil(elements / 4 / workgroupSize);
  return {
    name: 'tanh-rows',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: elements * TANH_FLOP,
  };
}
