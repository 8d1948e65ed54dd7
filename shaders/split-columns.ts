/**
 * The reverse of `join-columns`: first[row] and second[row] from the columns of joined[row]; their own padding columns become 0.
 * `addsSecond`: second[row] += instead, and its padding stays.
 * One thread writes four neighbours of first or of second.
 */
import type { JoinColumnsOptions } from './join-columns.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export interface SplitColumnsOptions extends JoinColumnsOptions {
  /** Default false. */
  readonly addsSecond?: boolean;
}

export function splitColumns(options: SplitColumnsOptions): Kernel {
  const { addsSecond = false } = options;
  const { rows, firstColumns, firstStride, firstBlocks, secondColumns, secondStride, stride, workgroupSize } = options;
  const bindings = [read('joined'), readWrite('first'), readWrite('second')];
  const uniforms = ['begin', 'joined', 'first', 'second'];
  const [firstVectors, secondVectors] = [(rows * firstStride) / 4, (rows * secondStride) / 4];
  const [units, blockStride] = [firstColumns / firstBlocks, firstStride / firstBlocks];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { joined: 'array<f32>', first: 'array<vec4f>', second: 'array<vec4f>' })}

fn element(row: u32, begin: u32, column: u32, columns: u32) -> f32 {
  if (column >= columns) { return 0.0f; }
  return joined[call.joined + row * ${stride}u + begin + column];
}

fn elements(row: u32, begin: u32, column: u32, columns: u32) -> vec4f {
  return vec4f(${unroll(4, (lane) => `element(row, begin, column + ${lane}u, columns)`, ', ')});
}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${firstVectors}u) {
    let column = index % ${firstStride / 4}u * 4u;
    let block = column / ${blockStride}u;
    first[call.first / 4u + index] = elements(index / ${firstStride / 4}u, block * ${units}u, column % ${blockStride}u, ${units}u);
  } else if (index < ${firstVectors + secondVectors}u) {
    let other = index - ${firstVectors}u;
    second[call.second / 4u + other] = ${addsSecond ? 'second[call.second / 4u + other] + ' : ''}elements(other / ${secondStride / 4}u, ${firstColumns}u, other % ${secondStride / 4}u * 4u, ${secondColumns}u);
  }
}`;
  const count = Math.ceil((firstVectors + secondVectors) / workgroupSize);
  return {
    name: 'split-columns',
    variant: addsSecond ? 'second added' : 'plain',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: rows * (firstStride + secondStride),
  };
}
