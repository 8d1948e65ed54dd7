/**
 * The gradient at attention's scores, through the weighted sum and the softmax: da = dcontext · values, then
 * scoreGradient[t, b, s] = a[s] (da[s] - sum over s' of a[s'] da[s']), 0 past the length. Shapes: common/attention.ts, [T, B, S padded] as the alignment.
 *
 * A workgroup owns `rows` time steps of one batch row and its threads share out the source steps. Cost: T·B·S·C multiply-adds.
 */
import { type AttentionShape, alignmentStride, attentionConstants } from './common/attention.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export interface AttentionScoreBackwardOptions extends Omit<AttentionShape, 'kind' | 'scale' | 'attentionSize'> {
  readonly rows: number;
  readonly workgroupSize: number;
}

export function attentionScoreBackward(options: AttentionScoreBackwardOptions): Kernel {
  const { batch, targetSteps, sourceSteps, valueSize, rows, workgroupSize } = options;
  const bindings = [read('values'), read('lengths'), read('alignment'), read('contextGradient'), readWrite('scoreGradient')];
  const uniforms = ['begin', 'values', 'lengths', 'alignment', 'contextGradient', 'scoreGradient'];
  const turns = Math.ceil(alignmentStride(sourceSteps) / workgroupSize);
  const isUneven = targetSteps % rows > 0;
  const forRows = (line: (row: number) => string): string => unroll(rows, line);
  const ifReal = (row: number): string => (isUneven ? `if (first + ${row}u < TARGETS) ` : '');
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  values: 'array<vec4f>',
  lengths: 'array<u32>',
  alignment: 'array<f32>',
  contextGradient: 'array<vec4f>',
  scoreGradient: 'array<f32>',
})}
${attentionConstants({ ...options, attentionSize: 0, kind: 'additive', scale: 1 })}
const ROWS = ${rows}u;
const THREADS = ${workgroupSize}u;
var<workgroup> shared_rows: array<f32, ${rows * workgroupSize}>;

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let item = workgroup.x + call.begin;
  let b = item % BATCH;
  let first = item / BATCH * ROWS;
  let length = min(lengths[call.lengths + b], SOURCES);
  ${forRows((row) => `let row${row} = min(first + ${row}u, TARGETS - 1u) * BATCH + b;`)}
  ${forRows((row) => `let c${row} = call.contextGradient / 4u + row${row} * VALUES;`)}
  ${forRows((row) => `let a${row} = call.alignment + row${row} * STRIDE;`)}
  ${forRows((row) => `let g${row} = call.scoreGradient + row${row} * STRIDE;`)}
  ${forRows((row) => `var mean${row} = 0.0f;`)}
  for (var turn = 0u; turn < ${turns}u; turn++) {
    let s = turn * THREADS + local;
    if (s < length) {
      let place = call.values / 4u + (s * BATCH + b) * VALUES;
      ${forRows((row) => `var x${row} = vec4f();`)}
      for (var column = 0u; column < VALUES; column++) {
        let value = values[place + column];
        ${forRows((row) => `x${row} += contextGradient[c${row} + column] * value;`)}
      }
      ${forRows((row) => `{ let slope = dot(x${row}, vec4f(1.0f)); mean${row} += alignment[a${row} + s] * slope; ${ifReal(row)}{ scoreGradient[g${row} + s] = slope; } }`)}
    }
  }
  ${forRows((row) => `shared_rows[local * ROWS + ${row}u] = mean${row};`)}
  workgroupBarrier();
  ${forRows((row) => `mean${row} = 0.0f;`)}
  for (var thread = 0u; thread < THREADS; thread++) {
    ${forRows((row) => `mean${row} += shared_rows[thread * ROWS + ${row}u];`)}
  }
  for (var turn = 0u; turn < ${turns}u; turn++) {
    let s = turn * THREADS + local;
    if (s < length) {
      ${forRows((row) => `${ifReal(row)}{ scoreGradient[g${row} + s] = alignment[a${row} + s] * (scoreGradient[g${row} + s] - mean${row}); }`)}
    } else if (s < STRIDE) {
      ${forRows((row) => `${ifReal(row)}{ scoreGradient[g${row} + s] = 0.0f; }`)}
    }
  }
}`;
  const count = Math.ceil(targetSteps / rows) * batch;
  return {
    name: 'attention-score-backward',
    variant: `${rows}x${workgroupSize}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: targetSteps * batch * sourceSteps * (2 * valueSize + 6),
  };
}
