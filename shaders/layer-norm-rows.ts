/**
 * The product of a recurrent layer's input, normalised over all gates of each row: gates = gain y + bias, y = (W x - mean) / deviation.
 *
 * norms [T·B, G·H] holds W x, or with tokens nothing yet, since W x of a one-hot input is a row of W in weights; it becomes y, and behind it lies
 * 1 / deviation [T·B, 4], in the first of four. gates [T, B, P·H]. One workgroup for each row; uniform `begin` is the first row of a piece, `first`
 * the first row of all.
 */
import { declareReal, inverseDeviation } from './common/layer-norm.ts';
import { clearPartials, declareRowSums, partialOf, totalOf } from './common/row-sums.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, f32, wgsl } from './wgsl.ts';

export interface LayerNormRowsOptions {
  /** Rows of this dispatch. */
  readonly rows: number;
  /** T·B, rows of norms. */
  readonly positions: number;
  readonly gates: number;
  /** Planes of a row of `gates`, P. */
  readonly planes: number;
  /** Padded, and without padding. */
  readonly hiddenSize: number;
  readonly units: number;
  readonly tokens: boolean;
  readonly bias: boolean;
  readonly workgroupSize: number;
}

export function layerNormRows(options: LayerNormRowsOptions): Kernel {
  const { rows, positions, gates, planes, hiddenSize, units, tokens, bias, workgroupSize } = options;
  const columns = (gates * hiddenSize) / 4;
  const owned = { rows: 1, threads: workgroupSize };
  const count = gates * units;
  const bindings = [read('weights'), ...(tokens ? [read('tokens')] : []), readWrite('norms'), readWrite('gates')];
  const uniforms = ['begin', 'first', 'gain', 'bias', 'weightInput'];
  const each = (body: string): string => `for (var column = local; column < ${columns}u; column += ${workgroupSize}u) {
    let unit = column % UNITS;
    ${body}
  }`;
  const given = tokens ? `weights[call.weightInput / 4u + tokens[row] * ${columns}u + column]` : 'norms[at + column]';
  const mean = `${totalOf(owned, 'b', 0)}.x * ${f32(1 / count)}`;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { weights: 'array<vec4f>', tokens: 'array<u32>', norms: 'array<vec4f>', gates: 'array<vec4f>' })}
const UNITS = ${hiddenSize / 4}u;
${declareRowSums(owned)}
${declareReal(units, hiddenSize)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = call.first + call.begin + workgroup.x;
  let at = row * ${columns}u;
  let b = 0u;
  ${clearPartials(owned)}
  ${each(`${partialOf(owned)}.x += total(real(unit, ${given}));`)}
  add_rows(local, 0u);
  let mean = ${mean};
  ${clearPartials(owned)}
  ${each(`let d = real(unit, ${given} - mean); ${partialOf(owned)}.x += dot(d, d);`)}
  add_rows(local, 1u);
  let scale = ${inverseDeviation(`${totalOf(owned, 'b', 1)}.x`, count)};
  ${each(`let y = real(unit, (${given} - mean) * scale);
    norms[at + column] = y;
    gates[row * ${(planes * hiddenSize) / 4}u + column] = weights[call.gain / 4u + column] * y${bias ? ' + weights[call.bias / 4u + column]' : ''};`)}
  if (local == 0u) { norms[${(positions * gates * hiddenSize) / 4}u + row] = vec4f(scale, 0.0f, 0.0f, 0.0f); }
}`;
  return {
    name: 'layer-norm-rows',
    options,
    variant: `${tokens ? 'tokens' : 'rows'}${bias ? ' bias' : ''} ${workgroupSize} threads`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [rows, 1, 1],
    range: { along: 'workgroups', length: rows },
    flop: 10 * rows * gates * hiddenSize,
  };
}
