/**
 * Rows backwards in time: out[t, b] = source[length_b - 1 - t, b] for t < length_b. Past the end, vectors are 0 and tokens stay as they are.
 * Its own inverse and, for vectors, its own adjoint: the same kernel serves forward and backward.
 *
 * source, out [T, B, columns] f32 or [T, B] u32, each from its own offset on; lengths [B]. One thread moves four neighbours, or one token.
 */
import { cutByWorkgroups, lengthBindings, lengthOf, type RowsOptions } from './common/rows.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface ReverseRowsOptions extends RowsOptions {
  readonly kind: 'vectors' | 'tokens';
  /** A multiple of 4 for vectors, 1 for tokens. */
  readonly columns: number;
}

export function reverseRows({ kind, batch, timeSteps, columns, lengths, workgroupSize }: ReverseRowsOptions): Kernel {
  const isTokens = kind === 'tokens';
  const bindings = [read('source'), ...lengthBindings(lengths), readWrite('out')];
  const uniforms = ['begin', 'source', 'out', 'lengths'];
  const elements = isTokens ? 'array<u32>' : 'array<vec4f>';
  const width = isTokens ? 1 : 4;
  const threads = timeSteps * batch * (columns / width);
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { source: elements, lengths: 'array<u32>', out: elements })}
const BATCH = ${batch}u;
const WIDTH = ${width}u;
const VECTORS = ${columns / width}u;
${lengthOf(lengths, timeSteps)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${threads}u) {
    let position = index / VECTORS;
    let t = position / BATCH;
    let b = position % BATCH;
    let end = length_of(b);
    let origin = select(position, (end - 1u - t) * BATCH + b, t < end);
    let value = source[call.source / WIDTH + origin * VECTORS + index % VECTORS];
#if ${isTokens}
    out[call.out + index] = value;
#else
    out[call.out / WIDTH + index] = select(vec4f(), value, t < end);
#endif
  }
}`;
  return {
    name: 'reverse-rows',
    variant: lengths ? `${kind} lengths` : kind,
    code,
    bindings,
    uniforms,
    ...cutByWorkgroups(threads, workgroupSize),
    flop: timeSteps * batch * columns,
  };
}
