/**
 * Two matrices side by side: joined[row] = (first[row], second[row], 0 ...), so that one product reads both without padding in between.
 *
 * first [rows, firstStride], of which firstColumns count, in firstBlocks equal blocks that are each padded by themselves; second [rows, secondStride],
 * of which the first secondColumns count; joined [rows, stride]. Column counts need not be multiples of 4, strides are.
 * One thread writes four neighbours of joined.
 */
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export interface JoinColumnsOptions {
  readonly rows: number;
  readonly firstColumns: number;
  readonly firstStride: number;
  /** 2 where two directions lie side by side. */
  readonly firstBlocks: number;
  readonly secondColumns: number;
  readonly secondStride: number;
  readonly stride: number;
  readonly workgroupSize: number;
}

export function joinColumns(options: JoinColumnsOptions): Kernel {
  const { rows, firstColumns, firstStride, firstBlocks, secondColumns, secondStride, stride, workgroupSize } = options;
  const bindings = [read('first'), read('second'), readWrite('joined')];
  const uniforms = ['begin', 'first', 'second', 'joined'];
  const units = firstColumns / firstBlocks;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { first: 'array<f32>', second: 'array<f32>', joined: 'array<vec4f>' })}

fn element(row: u32, column: u32) -> f32 {
  if (column < ${firstColumns}u) { return first[call.first + row * ${firstStride}u + column / ${units}u * ${firstStride / firstBlocks}u + column % ${units}u]; }
  if (column < ${firstColumns + secondColumns}u) { return second[call.second + row * ${secondStride}u + column - ${firstColumns}u]; }
  return 0.0f;
}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${(rows * stride) / 4}u) {
    let row = index / ${stride / 4}u;
    let column = index % ${stride / 4}u * 4u;
    joined[call.joined / 4u + index] = vec4f(${unroll(4, (lane) => `element(row, column + ${lane}u)`, ', ')});
  }
}`;
  const count = Math.ceil((rows * stride) / 4 / workgroupSize);
  return {
    name: 'join-columns',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: rows * stride,
  };
}
