/**
 * `layer-norm-rows` in reverse: in gates [T, B, P·H] the gradients dL/dz of each row become dL/d(W x), (e - mean(e) - y mean(e y)) / deviation with
 * e = gain dL/dz. norms as that kernel has left it; parameters holds the gain. One workgroup for each row. `apart`: gates stay, and another buffer of their
 * shape, delta, gets the result.
 */
import { declareReal } from './common/layer-norm.ts';
import { clearPartials, declareRowSums, partialOf, totalOf } from './common/row-sums.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import type { LayerNormRowsOptions } from './layer-norm-rows.ts';
import { declareBindings, declareUniforms, f32, wgsl } from './wgsl.ts';

export type LayerNormRowsBackwardOptions = Omit<LayerNormRowsOptions, 'tokens' | 'bias'> & { readonly apart?: boolean };

export function layerNormRowsBackward(options: LayerNormRowsBackwardOptions): Kernel {
  const { rows, positions, gates, planes, hiddenSize, units, workgroupSize, apart = false } = options;
  const columns = (gates * hiddenSize) / 4;
  const owned = { rows: 1, threads: workgroupSize };
  const bindings = [read('parameters'), read('norms'), ...(apart ? [read('gates'), readWrite('delta')] : [readWrite('gates')])];
  const uniforms = ['begin', 'first', 'gain'];
  const each = (body: string): string => `for (var column = local; column < ${columns}u; column += ${workgroupSize}u) {
    let unit = column % UNITS;
    let e = gates[into + column] * parameters[call.gain / 4u + column];
    let y = norms[row * ${columns}u + column];
    ${body}
  }`;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { parameters: 'array<vec4f>', norms: 'array<vec4f>', gates: 'array<vec4f>', delta: 'array<vec4f>' })}
const UNITS = ${hiddenSize / 4}u;
${declareRowSums(owned)}
${declareReal(units, hiddenSize)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = call.first + call.begin + workgroup.x;
  let into = row * ${(planes * hiddenSize) / 4}u;
  let b = 0u;
  ${clearPartials(owned)}
  ${each(`${partialOf(owned)} += vec2f(total(e), dot(e, y));`)}
  add_rows(local, 0u);
  let means = ${totalOf(owned, 'b', 0)} * ${f32(1 / (gates * units))};
  let scale = norms[${(positions * gates * hiddenSize) / 4}u + row].x;
  ${each(`${apart ? 'delta' : 'gates'}[into + column] = real(unit, e - means.x - y * means.y) * scale;`)}
}`;
  return {
    name: 'layer-norm-rows-backward',
    options,
    variant: `${apart ? 'apart ' : ''}${workgroupSize} threads`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [rows, 1, 1],
    range: { along: 'workgroups', length: rows },
    flop: 10 * rows * gates * hiddenSize,
  };
}
