/** gradient[i] *= 1 - rows[i]², in place: from the gradient at y = tanh(x) to that at x. rows hold y [elements]; one thread takes four neighbours. */
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface TanhRowsBackwardOptions {
  readonly elements: number;
  readonly workgroupSize: number;
}

export function tanhRowsBackward({ elements, workgroupSize }: TanhRowsBackwardOptions): Kernel {
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
    let y = rows[call.rows / 4u + index];
    gradient[call.gradient / 4u + index] = gradient[call.gradient / 4u + index] * (1.0f - y * y);
  }
}`;
  const count = Math.ceil(elements / 4 / workgroupSize);
  return {
    name: 'tanh-rows-backward',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: elements * 3,
  };
}
