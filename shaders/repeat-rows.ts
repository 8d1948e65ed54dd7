/**
 * Every row `times` times, one behind the other: out[r] = source[r / times]. Of rows [T, B, columns] this makes [T, B·times, columns].
 * source [rows, columns], out [rows·times, columns], each from its own offset on; one thread writes four neighbours.
 */
import { cutByWorkgroups } from './common/rows.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface RepeatRowsOptions {
  /** Of the source. */
  readonly rows: number;
  /** A multiple of 4. */
  readonly columns: number;
  readonly times: number;
  readonly workgroupSize: number;
}

export function repeatRows({ rows, columns, times, workgroupSize }: RepeatRowsOptions): Kernel {
  const bindings = [read('source'), readWrite('out')];
  const uniforms = ['begin', 'source', 'out'];
  const vectors = columns / 4;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { source: 'array<vec4f>', out: 'array<vec4f>' })}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${rows * times * vectors}u) {
    out[call.out / 4u + index] = source[call.source / 4u + index / ${vectors * times}u * ${vectors}u + index % ${vectors}u];
  }
}`;
  return {
    name: 'repeat-rows',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    ...cutByWorkgroups(rows * times * vectors, workgroupSize),
    flop: rows * times * columns,
  };
}
