/**
 * The batch of one training step, gathered from token ids that lie on the GPU: window b starts at starts[b].
 *
 * control (common/control.ts), data [n]; tokens, targets [T, B], target 0xffffffff where the window has ended.
 * order [T·B], segments [V + 1]: the positions grouped by token (a counting sort, b outer, t inner), which `segment-sum` walks in this order.
 * embedded [T, B, E]: the rows of embedding.weight, when the input is embedded.
 * Threads 0 .. T·B·columns copy; the V threads after them sort, straight from the data, so that one dispatch does both.
 */
import { control } from './common/control.ts';
import { LANE } from './common/tile-sums.ts';
import { type Binding, type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export interface GatherBatchOptions {
  readonly batch: number;
  readonly timeSteps: number;
  readonly vocabulary: number;
  /** Width of an embedding row, padded to a multiple of 4; 0 when the input is one-hot. */
  readonly embedding: number;
  readonly targets: boolean;
  readonly sort: boolean;
  /** Of four threads that neighbour in a subgroup, sorting, each loads a fourth of the tokens; default false. */
  readonly lanes?: boolean;
  readonly workgroupSize: number;
}

/** Whether four neighbours all copy or all sort. */
export const canSortInLanes = (positions: number, embedding: number): boolean =>
  (positions * (embedding > 0 ? embedding / 4 : 1)) % 4 === 0;

export function gatherBatch(options: GatherBatchOptions): Kernel {
  const { batch, timeSteps, vocabulary, embedding, targets, sort, lanes = false, workgroupSize } = options;
  const embedded = embedding > 0;
  const columns = embedded ? embedding / 4 : 1;
  const positions = batch * timeSteps;
  if (lanes && !canSortInLanes(positions, embedding))
    throw new Error(`sorting in lanes wants threads that copy in fours, got ${positions * columns}`);
  const only = (condition: boolean, ...list: Binding[]): Binding[] => (condition ? list : []);
  const bindings = [
    read('control'),
    read('data'),
    readWrite('tokens'),
    ...only(targets, readWrite('targets')),
    ...only(sort, readWrite('order'), readWrite('segments')),
    ...only(embedded, read('parameters'), readWrite('embedded')),
  ];
  const uniforms = ['begin', 'control', 'embedding'];
  const sorters = lanes ? Math.ceil(vocabulary / 4) * 4 : vocabulary;
  const threads = positions * columns + (sort ? sorters : 0);
  const code = wgsl`
${lanes ? 'enable subgroups;\ndiagnostic(off, subgroup_uniformity);' : ''}
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  control: 'array<u32>',
  data: 'array<u32>',
  tokens: 'array<u32>',
  targets: 'array<u32>',
  order: 'array<u32>',
  segments: 'array<u32>',
  parameters: 'array<vec4f>',
  embedded: 'array<vec4f>',
})}
${control(batch)}

fn token_at(place: u32, end: u32) -> u32 {
  return min(data[min(place, end - 1u)], ${vocabulary - 1}u);
}

#if ${lanes}
/** The token at t of a row that lies so, or past the end of the window none. */
fn load_lane(start: u32, end: u32, t: u32) -> u32 {
  let token = token_at(start + t, end);
  return select(NONE, token, t < ${timeSteps}u);
}
const NONE = 0xffffffffu;
#endif

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32${lanes ? ', @builtin(subgroup_invocation_id) lane: u32' : ''}) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${positions * columns}u) {
    let position = index / ${columns}u;
    let t = position / ${batch}u;
    let b = position % ${batch}u;
    let place = control[call.control + STARTS + b] + t;
    let end = control[call.control + ENDS + b];
    let token = token_at(place, end);
#if ${embedded}
    embedded[index] = parameters[call.embedding / 4u + token * ${columns}u + index % ${columns}u];
#endif
    if (index % ${columns}u == 0u) {
      tokens[position] = token;
#if ${targets}
      targets[position] = 0xffffffffu;
      if (place < end) {
        targets[position] = data[control[call.control + TARGETS + b] + t];
      }
#endif
    }
  }
#if ${sort}
  else if (index < ${threads}u) {
    let token = index - ${positions * columns}u;
    var place = 0u;
#if ${lanes}
    for (var b = 0u; b < ${batch}u; b++) {
      let start = control[call.control + STARTS + b];
      let end = control[call.control + ENDS + b];
      for (var turn = 0u; turn < ${Math.ceil(timeSteps / 4)}u; turn++) {
        let loaded = load_lane(start, end, turn * 4u + ${LANE});
        place += u32(loaded < token) + u32(quadSwapX(loaded) < token) + u32(quadSwapY(loaded) < token) + u32(quadSwapDiagonal(loaded) < token);
      }
    }
    if (token < ${vocabulary}u) {
      segments[token] = place;
    }
    for (var b = 0u; b < ${batch}u; b++) {
      let start = control[call.control + STARTS + b];
      let end = control[call.control + ENDS + b];
      for (var turn = 0u; turn < ${Math.ceil(timeSteps / 4)}u; turn++) {
        let loaded = load_lane(start, end, turn * 4u + ${LANE});
        ${unroll(4, (from) => `if (quadBroadcast(loaded, ${from}u) == token) { order[place] = (turn * 4u + ${from}u) * ${batch}u + b; place++; }`)}
      }
    }
#else
    for (var b = 0u; b < ${batch}u; b++) {
      let start = control[call.control + STARTS + b];
      let end = control[call.control + ENDS + b];
      for (var t = 0u; t < ${timeSteps}u; t++) {
        place += u32(token_at(start + t, end) < token);
      }
    }
    segments[token] = place;
    for (var b = 0u; b < ${batch}u; b++) {
      let start = control[call.control + STARTS + b];
      let end = control[call.control + ENDS + b];
      for (var t = 0u; t < ${timeSteps}u; t++) {
        if (token_at(start + t, end) == token) {
          order[place] = t * ${batch}u + b;
          place++;
        }
      }
    }
#endif
    if (token == ${vocabulary - 1}u) {
      segments[${vocabulary}] = place;
    }
  }
#endif
}`;
  const count = Math.ceil(threads / workgroupSize);
  return {
    name: 'gather-batch',
    variant: `${embedded ? 'embedded' : 'tokens'}${lanes ? ' lanes' : ''}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: sort ? 2 * positions * vocabulary : 0,
  };
}
