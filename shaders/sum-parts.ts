/**
 * out[i] = sum over p of parts[p, i], in the order of p: the deterministic end of a split-K product.
 * parts [P, stride], out [elements]; one thread adds four neighbours. Cost: P reads an element.
 */
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface SumPartsOptions {
  readonly elements: number;
  readonly parts: number;
  readonly stride: number;
  readonly workgroupSize: number;
}

export function sumParts({ elements, parts, stride, workgroupSize }: SumPartsOptions): Kernel {
  const bindings = [read('parts'), readWrite('out')];
  const uniforms = ['begin', 'parts', 'out'];
  const vectors = elements / 4;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { parts: 'array<vec4f>', out: 'array<vec4f>' })}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${vectors}u) {
    var sum = vec4f();
    for (var part = 0u; part < ${parts}u; part++) {
      sum += parts[call.parts / 4u + part * ${stride / 4}u + index];
    }
    out[call.out / 4u + index] = sum;
  }
}`;
  return {
    name: 'sum-parts',
    variant: `${parts}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [Math.ceil(vectors / workgroupSize), 1, 1],
    range: { along: 'workgroups', length: Math.ceil(vectors / workgroupSize) },
    flop: elements * parts,
  };
}
