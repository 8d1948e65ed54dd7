/**
 * Every parameter gradient of a recurrent (or dense) layer over all time steps in one dispatch: dW = dz' X, dU = dz' H, db = column sums of dz.
 *
 * gates [T, B, P·H] hold the gate gradients, input [T, B, I], states [T + 1, B, H] (row t is the state that step t used), out as `parameters`.
 * The threads, or the workgroups of a shared tile, are dealt out among jobs, one after the other; a product thread holds tile.rows x 4 tile.vectors outputs, a bias thread four.
 * parts > 1: split over time and batch, part p at out + p * partStride, added by `sum-parts`.
 */
import { CELLS, type CellKind } from './common/cell.ts';
import {
  declareAccumulators,
  declareTile,
  laneParameter,
  productLoop,
  requireLanes,
  sumsOf,
  type Tile,
  tileColumns,
  tileLabel,
} from './common/product.ts';
import { declareSharedPlace, workgroupsOf } from './common/shared-tile.ts';
import { emptySums } from './common/tile-sums.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export interface WeightGradientOptions {
  /** `dense`: a layer y = W x + b, whose output gradients [positions, hiddenSize] stand in gates; it has no weight_hh. */
  readonly cell: CellKind | 'dense';
  readonly batch: number;
  readonly timeSteps: number;
  readonly hiddenSize: number;
  /** 0: one-hot input, whose weight_ih gradient is a `segment-sum`. */
  readonly inputSize: number;
  readonly inputBias: boolean;
  readonly hiddenBias: boolean;
  /** Whether weight_hh is among them; default true, but for `dense`. */
  readonly hidden?: boolean;
  readonly parts: number;
  readonly partStride: number;
  readonly tile: Tile;
  readonly workgroupSize: number;
}

/** A product job: rows `m` of out from the gate gradients in planes `plane(gate)`, columns from `right`. */
interface Job {
  readonly firstGate: number;
  readonly gates: number;
  readonly plane: (gate: number) => number;
  /** The right operand's vec4 of columns at place `column` of row k. */
  readonly right: (k: string, column: string) => string;
  readonly columns: number;
  readonly out: string;
  /** Threads that compute it, or workgroups where the tile is shared. */
  readonly blocks: number;
}

interface BiasJob {
  readonly plane: (gate: number) => number;
  readonly out: string;
}

const same = (gate: number): number => gate;
const DENSE = { gates: 1, planes: 1, inputPlane: same, recurrentPlane: same };

export function weightGradient(options: WeightGradientOptions): Kernel {
  const { cell, batch, timeSteps, hiddenSize, inputSize, inputBias, hiddenBias, parts, partStride, tile, workgroupSize } = options;
  const { gates, planes, inputPlane, recurrentPlane } = cell === 'dense' ? DENSE : CELLS[cell];
  const hasHidden = cell !== 'dense' && options.hidden !== false;
  const isBefore = cell === 'gru-before';
  const units = hiddenSize / 4;
  const positions = batch * timeSteps;
  const slice = Math.ceil(positions / parts);
  const bindings = [read('gates'), ...(inputSize > 0 ? [read('input')] : []), ...(hasHidden ? [read('states')] : []), readWrite('out')];
  const uniforms = ['begin', 'input', 'weightInput', 'weightHidden', 'biasInput', 'biasHidden', 'out'];

  const product = (firstGate: number, count: number, plane: Job['plane'], right: Job['right'], columns: number, out: string): Job => ({
    firstGate,
    gates: count,
    plane,
    right,
    columns,
    out,
    blocks: tile.shared
      ? workgroupsOf(tile, count * hiddenSize, columns / 4)
      : Math.ceil((count * hiddenSize) / tile.rows) * Math.ceil(columns / 4 / tile.vectors),
  });
  const state: Job['right'] = (k, column) => `states[${k} * ${units}u + ${column}]`;
  const reset: Job['right'] = (k, column) => `gates[(${k} * ${planes}u + 3u) * ${units}u + ${column}]`;
  const above: Job['right'] = (k, column) => `input[inputBase + ${k} * ${inputSize / 4}u + ${column}]`;
  const hiddenJobs = isBefore
    ? [product(0, 2, recurrentPlane, state, hiddenSize, 'weightHidden'), product(2, 1, recurrentPlane, reset, hiddenSize, 'weightHidden')]
    : [product(0, gates, recurrentPlane, state, hiddenSize, 'weightHidden')];
  const inputJobs = inputSize > 0 ? [product(0, gates, inputPlane, above, inputSize, 'weightInput')] : [];
  const jobs = hasHidden ? [...inputJobs, ...hiddenJobs] : inputJobs;
  const biases: BiasJob[] = [
    ...(inputBias ? [{ plane: inputPlane, out: 'biasInput' }] : []),
    ...(hiddenBias ? [{ plane: recurrentPlane, out: 'biasHidden' }] : []),
  ];
  const biasVectors = gates * units;
  const bound = slice * parts === positions ? undefined : `${positions}u`;

  /** vec4 place, within a position's planes, of row group m of a job. */
  const leftPlace = (job: { plane: Job['plane']; firstGate: number; gates: number }): string => {
    const tail = job.firstGate + job.gates - 1;
    const first = job.plane(job.firstGate) * units;
    const shift = job.plane(tail) * units - (first + (tail - job.firstGate) * units);
    const straight = `m + ${first}u`;
    return shift === 0 ? straight : `m + ${first}u + select(0u, ${shift}u, m >= ${(tail - job.firstGate) * units}u)`;
  };
  const jobFunction = (job: Job, index: number): string => {
    const rowVectors = job.gates * units;
    const columnVectors = job.columns / 4;
    requireLanes(tile, columnVectors);
    const columnBlocks = Math.ceil(columnVectors / tile.vectors);
    const place = tile.shared
      ? declareSharedPlace(tile, columnVectors, 'block', 'row', 'column')
      : `let row = block / ${columnBlocks}u * ${tile.rows}u;
  let column = block % ${columnBlocks}u * ${tile.vectors}u;
  ${unroll(tile.rows / 4, (group) => `let l${group} = left_place_${index}(row / 4u + ${group}u);`)}
  ${unroll(tile.vectors, (vector) => `let c${vector} = min(column + ${vector}u, ${columnVectors - 1}u);`)}`;
    return `
fn left_place_${index}(row: u32) -> u32 {
  let m = min(row, ${rowVectors - 1}u);
  return ${leftPlace(job)};
}

fn product_${index}(block: u32, part: u32, ${tile.shared ? 'local' : 'lane'}: u32) {
  ${place}
  ${inputSize > 0 ? 'let inputBase = call.input / 4u;' : ''}
  ${declareAccumulators(tile)}
  ${productLoop({
    tile,
    inner: slice,
    left: { four: (group, k) => `gates[${k} * ${planes * units}u + l${group}]` },
    columns: tileColumns(tile, (vector, k) => job.right(k, `c${vector}`)),
    first: parts > 1 ? `part * ${slice}u` : undefined,
    bound,
    shared: {
      left: { four: (group, k) => `gates[${k} * ${planes * units}u + left_place_${index}(workgroupRow / 4u + ${group})]` },
      right: (column, k) => job.right(k, `min(workgroupColumn + ${column}, ${columnVectors - 1}u)`),
    },
  })}
  let first = (call.out + call.${job.out} + part * ${partStride}u) / 4u + (row + ${job.firstGate * hiddenSize}u) * ${columnVectors}u + column;
  ${emptySums(sumsOf(tile), (_, { row, vector }, sum) => `out[first + ${row} * ${columnVectors}u + ${vector}] = ${sum};`, {
    guard: ({ row, vector }) => `row + ${row} < ${rowVectors * 4}u && column + ${vector} < ${columnVectors}u`,
  })}
}`;
  };
  const biasFunction = (job: BiasJob, index: number): string => `
fn bias_${index}(m: u32, part: u32) {
  ${tile.shared ? `if (m >= ${biasVectors}u) { return; }` : ''}
  let place = ${leftPlace({ ...job, firstGate: 0, gates })};
  var sum = vec4f();
  for (var turn = 0u; turn < ${slice}u; turn++) {
    let k = part * ${slice}u + turn;
    ${bound ? `if (k >= ${bound}) { break; }` : ''}
    sum += gates[k * ${planes * units}u + place];
  }
  out[(call.out + call.${job.out} + part * ${partStride}u) / 4u + m] = sum;
}`;
  // `index` numbers threads, or workgroups where the tile is shared: all threads of one then meet at the barriers of one job
  const biasBlocks = tile.shared ? Math.ceil(biasVectors / workgroupSize) : biasVectors;
  const biasPlace = (first: number): string => (tile.shared ? `(index - ${first}u) * ${workgroupSize}u + local` : `index - ${first}u`);
  const lane = tile.shared ? 'local' : tile.lanes ? 'lane' : '0u';
  let start = 0;
  const branch = (count: number, line: (first: number) => string): string => {
    const first = start;
    start += count;
    return `if (index < ${start}u) { ${line(first)} }`;
  };
  const branches = [
    ...jobs.map((job, index) => branch(job.blocks, (first) => `product_${index}(index - ${first}u, workgroup.z, ${lane});`)),
    ...biases.map((_, index) => branch(biasBlocks, (first) => `bias_${index}(${biasPlace(first)}, workgroup.z);`)),
  ].join(' else ');

  const code = wgsl`
${declareTile(tile)}
${declareUniforms(uniforms)}
${declareBindings(bindings, { gates: 'array<vec4f>', input: 'array<vec4f>', states: 'array<vec4f>', out: 'array<vec4f>' })}
${jobs.map(jobFunction).join('\n')}
${biases.map(biasFunction).join('\n')}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32${laneParameter(tile)}) {
  let index = ${tile.shared ? 'workgroup.x + call.begin' : `(workgroup.x + call.begin) * ${workgroupSize}u + local`};
  ${branches}
}`;
  const count = tile.shared ? start : Math.ceil(start / workgroupSize);
  return {
    name: 'weight-gradient',
    options,
    variant: `${options.hidden === false ? 'input of ' : ''}${cell} ${tileLabel(tile)}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, parts],
    range: { along: 'workgroups', length: count },
    flop: 2 * positions * gates * hiddenSize * ((hasHidden ? hiddenSize : 0) + inputSize),
  };
}
