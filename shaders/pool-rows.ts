/**
 * One vector per row from all its time steps: pooled[b] = the mean, the maximum or the last of rows[t, b] over t < length_b; 0 for a row of length 0.
 *
 * rows [T, B, H] from an offset on, pooled [B, H], lengths [B]. One thread walks the time steps of four neighbours, in order. Backward: pool-rows-backward.ts.
 */
import { cutByWorkgroups, lengthBindings, lengthOf, type RowsOptions } from './common/rows.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface PoolRowsOptions extends RowsOptions {
  readonly mode: 'mean' | 'max' | 'last';
  /** H, a multiple of 4. */
  readonly hiddenSize: number;
}

export function poolRows({ mode, batch, timeSteps, hiddenSize, lengths, workgroupSize }: PoolRowsOptions): Kernel {
  const bindings = [read('rows'), ...lengthBindings(lengths), readWrite('pooled')];
  const uniforms = ['begin', 'rows', 'pooled', 'lengths'];
  const threads = (batch * hiddenSize) / 4;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { rows: 'array<vec4f>', lengths: 'array<u32>', pooled: 'array<vec4f>' })}
${lengthOf(lengths, timeSteps)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${threads}u) {
    let end = length_of(index / ${hiddenSize / 4}u);
    let place = call.rows / 4u + index;
#if ${mode === 'mean'}
    var sum = vec4f();
    for (var t = 0u; t < end; t++) {
      sum += rows[place + t * ${threads}u];
    }
    pooled[call.pooled / 4u + index] = sum / f32(max(end, 1u));
#elif ${mode === 'max'}
    var highest = rows[place];
    for (var t = 1u; t < end; t++) {
      highest = max(highest, rows[place + t * ${threads}u]);
    }
    pooled[call.pooled / 4u + index] = select(vec4f(), highest, end > 0u);
#else
    let last = max(end, 1u) - 1u;
    pooled[call.pooled / 4u + index] = select(vec4f(), rows[place + last * ${threads}u], end > 0u);
#endif
  }
}`;
  return {
    name: 'pool-rows',
    variant: lengths ? `${mode} lengths` : mode,
    code,
    bindings,
    uniforms,
    ...cutByWorkgroups(threads, workgroupSize),
    flop: timeSteps * batch * hiddenSize,
  };
}
