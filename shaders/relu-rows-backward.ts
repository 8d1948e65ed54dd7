/** gradient[i] where rows[i] > 0, else 0, in place: from the gradient at y = max(x, 0) to that at x. rows hold y [elements]; a thread takes four. */
import { cutByWorkgroups } from './common/rows.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import type { ReluRowsOptions } from './relu-rows.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export function reluRowsBackward({ elements, workgroupSize }: ReluRowsOptions): Kernel {
  const bindings = [read('rows'), readWrite('gradient')];
  const uniforms = ['begin', 'rows', 'gradient'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { rows: 'array<vec4f>', gradient: 'array<vec4f>' })}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${elements / 4}u) {
    let place = call.gradient / 4u + index;
    gradient[place] = select(vec4f(), gradient[place], rows[call.rows / 4u + index] > vec4f());
  }
}`;
  return {
    name: 'relu-rows-backward',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    ...cutByWorkgroups(elements / 4, workgroupSize),
    flop: elements,
  };
}
