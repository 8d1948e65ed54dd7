/**
 * Each row goes on from its parent: rows[out + r] = rows[source + parents[r]], between two regions of one tensor that do not overlap
 * (WebGPU binds a buffer for reading and for writing at once only as one binding).
 * rows [.., columns], `source` and `out` in elements; parents u32 from its own offset on, each below `count`. One thread moves four neighbours.
 */
import { cutByWorkgroups } from './common/rows.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface ReorderRowsOptions {
  /** Rows to move. */
  readonly count: number;
  /** A multiple of 4. */
  readonly columns: number;
  readonly workgroupSize: number;
}

export function reorderRows({ count, columns, workgroupSize }: ReorderRowsOptions): Kernel {
  const bindings = [read('parents'), readWrite('rows')];
  const uniforms = ['begin', 'parents', 'source', 'out'];
  const vectors = columns / 4;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { parents: 'array<u32>', rows: 'array<vec4f>' })}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${count * vectors}u) {
    let parent = min(parents[call.parents + index / ${vectors}u], ${count - 1}u);
    rows[call.out / 4u + index] = rows[call.source / 4u + parent * ${vectors}u + index % ${vectors}u];
  }
}`;
  return {
    name: 'reorder-rows',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    ...cutByWorkgroups(count * vectors, workgroupSize),
    flop: count * columns,
  };
}
