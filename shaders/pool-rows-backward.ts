/**
 * The gradient of pool-rows.ts: every time step of a row gets its share of pooledGradient[b], 1 / length_b of it (`mean`), all of it where the row had
 * its first maximum (`max`, unit by unit) or its end (`last`), and 0 elsewhere.
 *
 * rows [T, B, H] (`max` only), pooledGradient [B, H], rowsGradient [T, B, H], written wholly. One thread walks the time steps of four neighbours.
 */
import { cutByWorkgroups, lengthBindings, lengthOf } from './common/rows.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import type { PoolRowsOptions } from './pool-rows.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export function poolRowsBackward({ mode, batch, timeSteps, hiddenSize, lengths, workgroupSize }: PoolRowsOptions): Kernel {
  const isMax = mode === 'max';
  const inputs = isMax ? [read('rows'), read('pooledGradient')] : [read('pooledGradient')];
  const bindings = [...inputs, ...lengthBindings(lengths), readWrite('rowsGradient')];
  const uniforms = ['begin', 'rows', 'pooledGradient', 'rowsGradient', 'lengths'];
  const threads = (batch * hiddenSize) / 4;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  rows: 'array<vec4f>',
  pooledGradient: 'array<vec4f>',
  lengths: 'array<u32>',
  rowsGradient: 'array<vec4f>',
})}
const TIME_STEPS = ${timeSteps}u;
${lengthOf(lengths, timeSteps)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${threads}u) {
    let end = length_of(index / ${hiddenSize / 4}u);
    let gradient = pooledGradient[call.pooledGradient / 4u + index];
#if ${isMax}
    let place = call.rows / 4u + index;
    var highest = rows[place];
    var first = vec4u();
    for (var t = 1u; t < end; t++) {
      let row = rows[place + t * ${threads}u];
      first = select(first, vec4u(t), row > highest);
      highest = max(highest, row);
    }
#endif
    for (var t = 0u; t < TIME_STEPS; t++) {
#if ${isMax}
      let value = select(vec4f(), gradient, first == vec4u(t));
#elif ${mode === 'mean'}
      let value = gradient / f32(max(end, 1u));
#else
      let value = select(vec4f(), gradient, t + 1u == end);
#endif
      rowsGradient[call.rowsGradient / 4u + t * ${threads}u + index] = select(vec4f(), value, t < end);
    }
  }
}`;
  return {
    name: 'pool-rows-backward',
    variant: lengths ? `${mode} lengths` : mode,
    code,
    bindings,
    uniforms,
    ...cutByWorkgroups(threads, workgroupSize),
    flop: timeSteps * batch * hiddenSize,
  };
}
