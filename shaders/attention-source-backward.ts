/**
 * The gradients at attention's keys and values, summed over the decoder's steps in their order. Shapes: common/attention.ts; a and g are the
 * alignment and scoreGradient [T, B, S padded], both 0 past the length.
 *
 * valueGradient[s, b] = sum over t of a[t, b, s] contextGradient[t, b], added to what is there if `accumulate`
 * keyGradient[s, b] = scale sum over t of g[t, b, s] q[t, b], or additive v sum over t of g[t, b, s] (1 - tanh²(q[t, b] + k[s, b]))
 * keys 'values': the keys are the values (multiplicative, A = C), and valueGradient gets both.
 * A thread owns tile.rows (a multiple of 4) source steps of one batch row times 4 tile.vectors columns. Cost: T·B·S·(A + C) multiply-adds, T·B·S·A tanh.
 */
import { activation } from './common/activation.ts';
import { type AttentionShape, alignmentStride, attentionConstants, TANH_FLOP } from './common/attention.ts';
import { accumulator, declareAccumulators, forTile, type Tile } from './common/product.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, f32, unroll, wgsl } from './wgsl.ts';

export interface AttentionSourceBackwardOptions extends AttentionShape {
  readonly keys: 'own' | 'values';
  readonly accumulate: boolean;
  readonly tile: Tile;
  readonly workgroupSize: number;
}

const COMPONENT = ['x', 'y', 'z', 'w'];

export function attentionSourceBackward(options: AttentionSourceBackwardOptions): Kernel {
  const { kind, batch, targetSteps, sourceSteps, attentionSize, valueSize, scale, keys, accumulate, tile, workgroupSize } = options;
  const isAdditive = kind === 'additive';
  const hasOwnKeys = keys === 'own';
  if (!hasOwnKeys && (isAdditive || attentionSize !== valueSize))
    throw new Error(`keys can be the values of multiplicative attention of equal sizes, got ${kind}, ${attentionSize} and ${valueSize}`);
  const bindings = [
    read('queries'),
    ...(isAdditive ? [read('keys'), read('parameters')] : []),
    read('alignment'),
    read('scoreGradient'),
    read('contextGradient'),
    ...(hasOwnKeys ? [readWrite('keyGradient')] : []),
    readWrite('valueGradient'),
  ];
  const uniforms = ['begin', 'queries', 'keys', 'score', 'alignment', 'scoreGradient', 'contextGradient', 'keyGradient', 'valueGradient'];
  const rowBlocks = Math.ceil(alignmentStride(sourceSteps) / tile.rows);
  const blocksOf = (columns: number): number => Math.ceil(columns / 4 / tile.vectors);
  const valueThreads = rowBlocks * batch * blocksOf(valueSize);
  const keyThreads = hasOwnKeys ? rowBlocks * batch * blocksOf(attentionSize) : 0;
  const groups = tile.rows / 4;
  const lane = (name: string, row: number): string => `${name}${row >> 2}.${COMPONENT[row & 3]}`;
  const loadRows = (name: string, buffer: string): string =>
    unroll(
      groups,
      (group) =>
        `let ${name}${group} = ${buffer}[call.${buffer} / 4u + (t * BATCH + b) * STRIDE / 4u + min(first / 4u + ${group}u, STRIDE / 4u - 1u)];`,
    );
  const loadColumns = (name: string, buffer: string, width: string): string =>
    unroll(tile.vectors, (vector) => `let ${name}${vector} = ${buffer}[call.${buffer} / 4u + (t * BATCH + b) * ${width} + c${vector}];`);
  const place = (width: string, row: number, vector: number): string => `((first + ${row}u) * BATCH + b) * ${width} + column + ${vector}u`;
  const guard = (width: string, row: number, vector: number): string => `if (first + ${row}u < SOURCES && column + ${vector}u < ${width})`;
  const storeValue = (row: number, vector: number): string => {
    const target = `valueGradient[call.valueGradient / 4u + ${place('VALUES', row, vector)}]`;
    const sum = accumulate ? `${target} + ${accumulator(row, vector)}` : accumulator(row, vector);
    return `${guard('VALUES', row, vector)} { ${target} = ${sum}; }`;
  };
  const storeKey = (row: number, vector: number): string => {
    const sum = accumulator(row, vector);
    const gradient = isAdditive ? `${sum} * parameters[call.score / 4u + c${vector}]` : `${f32(scale)} * ${sum}`;
    return `${guard('ATTENTION', row, vector)} { keyGradient[call.keyGradient / 4u + ${place('ATTENTION', row, vector)}] = ${gradient}; }`;
  };
  const keyShare = (row: number, vector: number): string =>
    isAdditive
      ? `{ let h = hyperbolic_tangent(q${vector} + k${row}_${vector}); ${accumulator(row, vector)} += ${lane('g', row)} * (1.0f - h * h); }`
      : `${accumulator(row, vector)} += ${lane('g', row)} * q${vector};`;
  const columnsOf = (width: string): string =>
    unroll(tile.vectors, (vector) => `let c${vector} = min(column + ${vector}u, ${width} - 1u);`);

  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  queries: 'array<vec4f>',
  keys: 'array<vec4f>',
  parameters: 'array<vec4f>',
  alignment: 'array<vec4f>',
  scoreGradient: 'array<vec4f>',
  contextGradient: 'array<vec4f>',
  keyGradient: 'array<vec4f>',
  valueGradient: 'array<vec4f>',
})}
${attentionConstants(options)}
#if ${isAdditive}
${activation}
#endif

fn value_rows(block: u32, b: u32, first: u32) {
  let column = block * ${tile.vectors}u;
  ${columnsOf('VALUES')}
  ${declareAccumulators(tile)}
  for (var t = 0u; t < TARGETS; t++) {
    ${loadRows('a', 'alignment')}
    ${loadColumns('d', 'contextGradient', 'VALUES')}
    ${forTile(tile, (row, vector) => `${accumulator(row, vector)} += ${lane('a', row)} * d${vector};`)}
#if ${!hasOwnKeys}
    ${loadRows('g', 'scoreGradient')}
    ${unroll(groups, (group) => `let s${group} = ${f32(scale)} * g${group};`)}
    ${loadColumns('q', 'queries', 'ATTENTION')}
    ${forTile(tile, (row, vector) => `${accumulator(row, vector)} += ${lane('s', row)} * q${vector};`)}
#endif
  }
  ${forTile(tile, storeValue)}
}
#if ${hasOwnKeys}

fn key_rows(block: u32, b: u32, first: u32) {
  let column = block * ${tile.vectors}u;
  ${columnsOf('ATTENTION')}
  ${declareAccumulators(tile)}
#if ${isAdditive}
  ${forTile(tile, (row, vector) => `let k${row}_${vector} = keys[call.keys / 4u + (min(first + ${row}u, SOURCES - 1u) * BATCH + b) * ATTENTION + c${vector}];`)}
#endif
  for (var t = 0u; t < TARGETS; t++) {
    ${loadRows('g', 'scoreGradient')}
    ${loadColumns('q', 'queries', 'ATTENTION')}
    ${forTile(tile, keyShare)}
  }
  ${forTile(tile, storeKey)}
}
#endif

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${valueThreads}u) {
    let row = index / ${blocksOf(valueSize)}u;
    value_rows(index % ${blocksOf(valueSize)}u, row % BATCH, row / BATCH * ${tile.rows}u);
  }
#if ${hasOwnKeys}
  else if (index < ${valueThreads + keyThreads}u) {
    let row = (index - ${valueThreads}u) / ${blocksOf(attentionSize)}u;
    key_rows((index - ${valueThreads}u) % ${blocksOf(attentionSize)}u, row % BATCH, row / BATCH * ${tile.rows}u);
  }
#endif
}`;
  const count = Math.ceil((valueThreads + keyThreads) / workgroupSize);
  return {
    name: 'attention-source-backward',
    variant: `${kind} ${keys === 'own' ? '' : 'shared '}${tile.rows}x${4 * tile.vectors}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: targetSteps * batch * sourceSteps * (2 * valueSize + attentionSize * (isAdditive ? TANH_FLOP + 6 : 2)),
  };
}
