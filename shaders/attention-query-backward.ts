/**
 * The gradient at attention's queries, summed over the source steps in their order. Shapes: common/attention.ts.
 *
 * multiplicative: queryGradient[t, b] = scale sum over s of g[s] k[s], with g = scoreGradient [T, B, S padded]
 * additive: queryGradient = v sum over s of g[s] (1 - tanh²(q + k[s])), and the share of each (t, b) in the gradient of v, weightRows [T, B, A] =
 * sum over s of g[s] tanh(q + k[s]), whose column sums `weight-gradient` makes as for a bias.
 * A thread owns tile.rows time steps of one batch row times 4 tile.vectors columns. Cost: T·B·S·A multiply-adds, or as many tanh.
 */
import { activation } from './common/activation.ts';
import { type AttentionShape, attentionConstants, TANH_FLOP } from './common/attention.ts';
import { accumulator, declareAccumulators, forTile, type Tile } from './common/product.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, f32, unroll, wgsl } from './wgsl.ts';

export interface AttentionQueryBackwardOptions extends Omit<AttentionShape, 'valueSize'> {
  readonly tile: Tile;
  readonly workgroupSize: number;
}

export function attentionQueryBackward(options: AttentionQueryBackwardOptions): Kernel {
  const { kind, batch, targetSteps, sourceSteps, attentionSize, scale, tile, workgroupSize } = options;
  const isAdditive = kind === 'additive';
  const bindings = isAdditive
    ? [
        read('queries'),
        read('keys'),
        read('parameters'),
        read('lengths'),
        read('scoreGradient'),
        readWrite('queryGradient'),
        readWrite('weightRows'),
      ]
    : [read('keys'), read('lengths'), read('scoreGradient'), readWrite('queryGradient')];
  const uniforms = ['begin', 'queries', 'keys', 'score', 'lengths', 'scoreGradient', 'queryGradient', 'weightRows'];
  const vectors = attentionSize / 4;
  const columnBlocks = Math.ceil(vectors / tile.vectors);
  const threads = Math.ceil(targetSteps / tile.rows) * batch * columnBlocks;
  const share = (row: number, vector: number): string =>
    isAdditive
      ? `{ let h = hyperbolic_tangent(q${row}_${vector} + k${vector}); ${accumulator(row, vector)} += g${row} * (1.0f - h * h); w${row}_${vector} += g${row} * h; }`
      : `${accumulator(row, vector)} += g${row} * k${vector};`;
  const store = (row: number, vector: number): string => {
    const place = `row${row} * ATTENTION + column + ${vector}u`;
    const gradient = isAdditive
      ? `${accumulator(row, vector)} * parameters[call.score / 4u + column + ${vector}u]`
      : `${f32(scale)} * ${accumulator(row, vector)}`;
    const rows = isAdditive ? `weightRows[call.weightRows / 4u + ${place}] = w${row}_${vector};` : '';
    return `if (first + ${row}u < TARGETS && column + ${vector}u < ATTENTION) { queryGradient[call.queryGradient / 4u + ${place}] = ${gradient}; ${rows} }`;
  };

  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  queries: 'array<vec4f>',
  keys: 'array<vec4f>',
  parameters: 'array<vec4f>',
  lengths: 'array<u32>',
  scoreGradient: 'array<f32>',
  queryGradient: 'array<vec4f>',
  weightRows: 'array<vec4f>',
})}
${attentionConstants({ ...options, valueSize: 0 })}
#if ${isAdditive}
${activation}
#endif

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${threads}u) {
    let column = index % ${columnBlocks}u * ${tile.vectors}u;
    let b = index / ${columnBlocks}u % BATCH;
    let first = index / ${columnBlocks}u / BATCH * ${tile.rows}u;
    let length = min(lengths[call.lengths + b], SOURCES);
    ${unroll(tile.vectors, (vector) => `let c${vector} = min(column + ${vector}u, ATTENTION - 1u);`)}
    ${unroll(tile.rows, (row) => `let row${row} = min(first + ${row}u, TARGETS - 1u) * BATCH + b;`)}
    ${declareAccumulators(tile)}
#if ${isAdditive}
    ${forTile(tile, (row, vector) => `let q${row}_${vector} = queries[call.queries / 4u + row${row} * ATTENTION + c${vector}];`)}
    ${forTile(tile, (row, vector) => `var w${row}_${vector} = vec4f();`)}
#endif
    for (var s = 0u; s < SOURCES; s++) {
      if (s >= length) { break; }
      let place = call.keys / 4u + (s * BATCH + b) * ATTENTION;
      ${unroll(tile.vectors, (vector) => `let k${vector} = keys[place + c${vector}];`)}
      ${unroll(tile.rows, (row) => `let g${row} = scoreGradient[call.scoreGradient + row${row} * STRIDE + s];`)}
      ${forTile(tile, share)}
    }
    ${forTile(tile, store)}
  }
}`;
  const count = Math.ceil(threads / workgroupSize);
  return {
    name: 'attention-query-backward',
    variant: `${kind} ${tile.rows}x${4 * tile.vectors}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: targetSteps * batch * sourceSteps * attentionSize * (isAdditive ? TANH_FLOP + 6 : 2),
  };
}
