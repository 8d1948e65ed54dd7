/**
 * The forward copies of all parameters in f16, two to a u32: common/halves.ts. After the update, instead of the f32 copies that it writes otherwise.
 *
 * chunks [workgroups, 8] u32 (CHUNK of update.ts), here of the copy's elements in their order; parameters [n]; weights [n'] halves.
 * One thread packs four neighbours of a copy: of a transposed one they lie in four rows below each other, whose number is a multiple of 4.
 */
import { packedHalves } from './common/halves.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { CHUNK, CHUNK_FIELDS, COPY } from './update.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export interface PackHalvesOptions {
  readonly chunks: number;
  /** Elements of all forward copies. */
  readonly elements: number;
  readonly workgroupSize: number;
}

export function packHalves({ chunks, elements, workgroupSize }: PackHalvesOptions): Kernel {
  const bindings = [read('chunks'), read('parameters'), readWrite('weights')];
  const uniforms = ['begin'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { chunks: 'array<u32>', parameters: 'array<f32>', weights: 'array<vec2u>' })}
${packedHalves}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let chunk = (workgroup.x + call.begin) * ${CHUNK_FIELDS}u;
  let copy = chunks[chunk + ${CHUNK.copy}u];
  if (copy != ${COPY.none}u) {
    let offset = chunks[chunk + ${CHUNK.offset}u];
    let first = chunks[chunk + ${CHUNK.first}u];
    let end = first + chunks[chunk + ${CHUNK.elements}u];
    let rows = chunks[chunk + ${CHUNK.rows}u];
    let columns = chunks[chunk + ${CHUNK.columns}u];
    let weight = chunks[chunk + ${CHUNK.weights}u];
    let is_transposed = copy == ${COPY.transposed}u;
    for (var element = first + local * 4u; element < end; element += ${workgroupSize * 4}u) {
      let column = element / rows;
      let source = offset + select(element, (element - column * rows) * columns + column, is_transposed);
      let stride = select(1u, columns, is_transposed);
      let values = vec4f(${unroll(4, (lane) => `parameters[source + ${lane}u * stride]`, ', ')});
      weights[(weight + element) / 4u] = packed_halves(values);
    }
  }
}`;
  return {
    name: 'pack-halves',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [chunks, 1, 1],
    range: { along: 'workgroups', length: chunks },
    flop: elements,
  };
}
