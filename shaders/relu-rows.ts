/** rows[i] = max(rows[i], 0), in place: a layer's activation. rows [elements]; one thread takes four neighbours. */
import { cutByWorkgroups } from './common/rows.ts';
import { type Kernel, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface ReluRowsOptions {
  readonly elements: number;
  readonly workgroupSize: number;
}

export function reluRows({ elements, workgroupSize }: ReluRowsOptions): Kernel {
  const bindings = [readWrite('rows')];
  const uniforms = ['begin', 'rows'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { rows: 'array<vec4f>' })}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${elements / 4}u) {
    rows[call.rows / 4u + index] = max(rows[call.rows / 4u + index], vec4f());
  }
}`;
  return {
    name: 'relu-rows',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    ...cutByWorkgroups(elements / 4, workgroupSize),
    flop: elements,
  };
}
