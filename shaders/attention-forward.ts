/**
 * Attention forward: scores of every decoder step with every encoder step, their softmax over the steps that are real, and the weighted sum of the
 * values: context[t, b] = sum over s of a[t, b, s] values[s, b]. Shapes and scores: common/attention.ts; additive also reads v [A] in `parameters`.
 *
 * A workgroup owns `rows` time steps of one batch row: its threads share out the source steps for the scores, then the columns for the context.
 * The alignment passes from one half to the other in storage, so that no length exceeds workgroup memory. Cost: T·B·S·(A + C) multiply-adds,
 * and T·B·S·A tanh where it is additive.
 */
import { activation } from './common/activation.ts';
import { type AttentionShape, alignmentStride, attentionConstants, TANH_FLOP } from './common/attention.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, f32, unroll, wgsl } from './wgsl.ts';

export interface AttentionForwardOptions extends AttentionShape {
  readonly rows: number;
  readonly workgroupSize: number;
}

export function attentionForward(options: AttentionForwardOptions): Kernel {
  const { kind, batch, targetSteps, sourceSteps, attentionSize, valueSize, scale, rows, workgroupSize } = options;
  const isAdditive = kind === 'additive';
  const bindings = [
    read('queries'),
    read('keys'),
    read('values'),
    ...(isAdditive ? [read('parameters')] : []),
    read('lengths'),
    readWrite('alignment'),
    readWrite('context'),
  ];
  const uniforms = ['begin', 'queries', 'keys', 'values', 'score', 'lengths', 'alignment', 'context'];
  const ownTurns = Math.ceil(alignmentStride(sourceSteps) / workgroupSize);
  const columnTurns = Math.ceil(valueSize / 4 / workgroupSize);
  const isUneven = targetSteps % rows > 0;
  const forRows = (line: (row: number) => string): string => unroll(rows, line);
  const ifReal = (row: number): string => (isUneven ? `if (first + ${row}u < TARGETS) ` : '');
  const score = (row: number): string =>
    isAdditive ? `x${row} += v * hyperbolic_tangent(queries[q${row} + column] + key);` : `x${row} += queries[q${row} + column] * key;`;

  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  queries: 'array<vec4f>',
  keys: 'array<vec4f>',
  values: 'array<vec4f>',
  parameters: 'array<vec4f>',
  lengths: 'array<u32>',
  alignment: 'array<f32>',
  context: 'array<vec4f>',
})}
${attentionConstants(options)}
const ROWS = ${rows}u;
const THREADS = ${workgroupSize}u;
const LOWEST = -3.0e38f;
var<workgroup> shared_rows: array<f32, ${rows * workgroupSize}>;
#if ${isAdditive}
${activation}
#endif

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let item = workgroup.x + call.begin;
  let b = item % BATCH;
  let first = item / BATCH * ROWS;
  let length = min(lengths[call.lengths + b], SOURCES);
  ${forRows((row) => `let row${row} = min(first + ${row}u, TARGETS - 1u) * BATCH + b;`)}
  ${forRows((row) => `let q${row} = call.queries / 4u + row${row} * ATTENTION;`)}
  ${forRows((row) => `let a${row} = call.alignment + row${row} * STRIDE;`)}
  ${forRows((row) => `var highest${row} = LOWEST;`)}
  for (var turn = 0u; turn < ${ownTurns}u; turn++) {
    let s = turn * THREADS + local;
    if (s < length) {
      let k = call.keys / 4u + (s * BATCH + b) * ATTENTION;
      ${forRows((row) => `var x${row} = vec4f();`)}
      for (var column = 0u; column < ATTENTION; column++) {
        let key = keys[k + column];
#if ${isAdditive}
        let v = parameters[call.score / 4u + column];
#endif
        ${forRows(score)}
      }
      ${forRows((row) => `{ let score = dot(x${row}, vec4f(${f32(isAdditive ? 1 : scale)})); highest${row} = max(highest${row}, score); ${ifReal(row)}{ alignment[a${row} + s] = score; } }`)}
    }
  }
  ${forRows((row) => `shared_rows[local * ROWS + ${row}u] = highest${row};`)}
  workgroupBarrier();
  for (var thread = 0u; thread < THREADS; thread++) {
    ${forRows((row) => `highest${row} = max(highest${row}, shared_rows[thread * ROWS + ${row}u]);`)}
  }
  workgroupBarrier();
  ${forRows((row) => `var sum${row} = 0.0f;`)}
  for (var turn = 0u; turn < ${ownTurns}u; turn++) {
    let s = turn * THREADS + local;
    if (s < length) {
      ${forRows((row) => `${ifReal(row)}{ let power = exp(alignment[a${row} + s] - highest${row}); sum${row} += power; alignment[a${row} + s] = power; }`)}
    }
  }
  ${forRows((row) => `shared_rows[local * ROWS + ${row}u] = sum${row};`)}
  workgroupBarrier();
  ${forRows((row) => `sum${row} = 0.0f;`)}
  for (var thread = 0u; thread < THREADS; thread++) {
    ${forRows((row) => `sum${row} += shared_rows[thread * ROWS + ${row}u];`)}
  }
  for (var turn = 0u; turn < ${ownTurns}u; turn++) {
    let s = turn * THREADS + local;
    if (s < length) {
      ${forRows((row) => `${ifReal(row)}{ alignment[a${row} + s] = alignment[a${row} + s] / sum${row}; }`)}
    } else if (s < STRIDE) {
      ${forRows((row) => `${ifReal(row)}{ alignment[a${row} + s] = 0.0f; }`)}
    }
  }
  storageBarrier();
  for (var turn = 0u; turn < ${columnTurns}u; turn++) {
    let column = turn * THREADS + local;
    if (column < VALUES) {
      ${forRows((row) => `var c${row} = vec4f();`)}
      for (var s = 0u; s < SOURCES; s++) {
        if (s >= length) { break; }
        let value = values[call.values / 4u + (s * BATCH + b) * VALUES + column];
        ${forRows((row) => `c${row} += alignment[a${row} + s] * value;`)}
      }
      ${forRows((row) => `${ifReal(row)}{ context[call.context / 4u + row${row} * VALUES + column] = c${row}; }`)}
    }
  }
}`;
  const count = Math.ceil(targetSteps / rows) * batch;
  return {
    name: 'attention-forward',
    variant: `${kind} ${rows}x${workgroupSize}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: targetSteps * batch * sourceSteps * (attentionSize * (isAdditive ? TANH_FLOP : 2) + 2 * valueSize),
  };
}
