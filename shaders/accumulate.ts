/**
 * accumulated[i] = (first ? 0 : accumulated[i]) + source[i]: micro-batches add up to one larger batch, rows are added or copied.
 * source, accumulated [elements], each from its own offset on; one thread adds four neighbours.
 */
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface AccumulateOptions {
  readonly elements: number;
  readonly workgroupSize: number;
}

export function accumulate({ elements, workgroupSize }: AccumulateOptions): Kernel {
  const bindings = [read('source'), readWrite('accumulated')];
  const uniforms = ['begin', 'first', 'source', 'accumulated'];
  const vectors = elements / 4;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { source: 'array<vec4f>', accumulated: 'array<vec4f>' })}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${vectors}u) {
    let place = call.accumulated / 4u + index;
    accumulated[place] = select(accumulated[place], vec4f(), call.first == 1u) + source[call.source / 4u + index];
  }
}`;
  const count = Math.ceil(vectors / workgroupSize);
  return {
    name: 'accumulate',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: elements,
  };
}
