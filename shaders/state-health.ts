/**
 * How often each gate and unit of a recurrent layer is saturated, and each ReLU unit silent: counted over all real time steps of the batch,
 * between the forward and the reverse sweep, while gates hold activations.
 *
 * gates [T, B, P·H], states and cells [T + 1, B, H], lengths [B]; counts [H / 4, vectors, 4] u32 from an offset on, four neighbouring units each:
 * real positions, then of each thing in common/watched.ts how often it was below and above its limits. A workgroup counts four units.
 */
import { CELLS, type CellKind } from './common/cell.ts';
import { lengthBindings, lengthOf, type RowsOptions } from './common/rows.ts';
import { countVectors, LIMITS, WATCHED, type Watched } from './common/watched.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, f32, unroll, wgsl } from './wgsl.ts';

export interface StateHealthOptions extends RowsOptions {
  readonly cell: CellKind;
  /** H, a multiple of 4. */
  readonly hiddenSize: number;
}

const sourceOf = ({ kind, plane }: Watched): string => (plane !== undefined ? 'gates' : kind === 'cell' ? 'cells' : 'states');

export function stateHealth(options: StateHealthOptions): Kernel {
  const { cell, batch, timeSteps, hiddenSize, lengths, workgroupSize } = options;
  const watched = WATCHED[cell];
  const vectors = countVectors(cell);
  const sources = [...new Set(watched.map(sourceOf))];
  const bindings = [...sources.map(read), ...lengthBindings(lengths), readWrite('counts')];
  const uniforms = ['begin', 'counts', 'lengths'];
  const units = hiddenSize / 4;
  const place = (thing: Watched): string =>
    thing.plane === undefined
      ? `${sourceOf(thing)}[(position + BATCH) * UNITS + unit]`
      : `gates[(position * ${CELLS[cell].planes}u + ${thing.plane}u) * UNITS + unit]`;
  const types = { gates: 'array<vec4f>', states: 'array<vec4f>', cells: 'array<vec4f>', lengths: 'array<u32>', counts: 'array<vec4u>' };
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, types)}
const BATCH = ${batch}u;
const UNITS = ${units}u;
const VECTORS = ${vectors}u;
${lengthOf(lengths, timeSteps)}

// [thread, vectors]
var<workgroup> counted: array<vec4u, ${workgroupSize * vectors}>;

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let unit = workgroup.x + call.begin;
  var real = 0u;
  ${unroll(watched.length, (index) => `var below${index} = vec4u(); var above${index} = vec4u();`)}
  for (var position = local; position < ${timeSteps}u * BATCH; position += ${workgroupSize}u) {
    if (position / BATCH < length_of(position % BATCH)) {
      real++;
      ${unroll(watched.length, (index) => {
        const { low, high } = LIMITS[watched[index].kind];
        return `{ let x = ${place(watched[index])};
        below${index} += vec4u(x < vec4f(${f32(low)}));
        above${index} += vec4u(x > vec4f(${f32(high)})); }`;
      })}
    }
  }
  counted[local * VECTORS] = vec4u(real);
  ${unroll(watched.length, (index) => `counted[local * VECTORS + ${1 + 2 * index}u] = below${index}; counted[local * VECTORS + ${2 + 2 * index}u] = above${index};`)}
  workgroupBarrier();
  for (var index = local; index < VECTORS; index += ${workgroupSize}u) {
    var sum = vec4u();
    for (var thread = 0u; thread < ${workgroupSize}u; thread++) {
      sum += counted[thread * VECTORS + index];
    }
    counts[call.counts / 4u + unit * VECTORS + index] = sum;
  }
}`;
  return {
    name: 'state-health',
    options,
    variant: `${cell}${lengths ? ' lengths' : ''}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [units, 1, 1],
    range: { along: 'workgroups', length: units },
    flop: 2 * timeSteps * batch * hiddenSize * watched.length,
  };
}
