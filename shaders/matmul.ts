/**
 * out[m, n] = sum over k of L(m, k) R(k, n) + bias[n] (+ what out holds), either operand as it lies or transposed, K in one piece or in parts.
 *
 * left   'rows' [M, K], 'columns' [K, M];  right 'rows' [K, N] (the bias lies in the same buffer), 'columns' [N, K];  out [parts, M, N]
 * One thread computes tile.rows x 4 tile.vectors outputs in registers, its operands its own or shared through workgroup memory. M, N, K and strides are constants,
 * offsets are uniforms, so that equal layers share one pipeline. N, and M where left is 'columns', are multiples of 4.
 */
import {
  declareAccumulators,
  declareTile,
  laneParameter,
  loadedRows,
  productLoop,
  requireLanes,
  sumsOf,
  type Tile,
  tileColumns,
  tileLabel,
} from './common/product.ts';
import { declareSharedPlace, type SharedOperands, workgroupsOf } from './common/shared-tile.ts';
import { emptySums, type TilePlace } from './common/tile-sums.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export interface MatmulOptions {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly left: 'rows' | 'columns';
  readonly leftStride: number;
  readonly right: 'rows' | 'columns';
  readonly rightStride: number;
  readonly outStride: number;
  readonly bias: boolean;
  /** Split-K: part p writes its own copy of the product at out + p * rows * outStride; `sum-parts` adds them. */
  readonly parts: number;
  /** Adds to what out holds instead of overwriting it; default false. Only with one part. */
  readonly accumulate?: boolean;
  readonly tile: Tile;
  readonly workgroupSize: number;
}

/** k's per part: a multiple of 4, so that the last part alone may be short. */
export const partLength = (inner: number, parts: number): number => (parts === 1 ? inner : Math.ceil(inner / parts / 4) * 4);

export function matmul(options: MatmulOptions): Kernel {
  const { rows, columns, inner, left, right, leftStride, rightStride, outStride, bias, parts, tile, workgroupSize } = options;
  const accumulate = options.accumulate ?? false;
  if (accumulate && parts > 1) throw new Error(`a product that accumulates must be in one part, got ${parts}`);
  const vectors = columns / 4;
  requireLanes(tile, vectors);
  const rowBlocks = Math.ceil(rows / tile.rows);
  const columnBlocks = Math.ceil(vectors / tile.vectors);
  const partInner = partLength(inner, parts);
  const bindings = [read('left'), read('right'), readWrite('out')];
  const uniforms = ['begin', 'left', 'right', 'bias', 'out'];
  const leftByRow = left === 'rows';
  const rightByRow = right === 'rows';
  const hasBias = bias;
  const isSplit = parts > 1;

  const leftPlaces = loadedRows(tile);
  const leftBase = leftByRow
    ? unroll(leftPlaces.length, (index) => `let l${index} = call.left + min(row + ${leftPlaces[index]}, ${rows - 1}u) * ${leftStride}u;`)
    : unroll(tile.rows / 4, (group) => `let l${group} = call.left / 4u + min(row / 4u + ${group}u, ${Math.ceil(rows / 4) - 1}u);`);
  const rightBase = unroll(tile.vectors, (vector) => `let c${vector} = min(column + ${vector}u, ${vectors - 1}u);`);
  const rightRow = (vector: number, k: string): string => `right[rightBase + ${k} * ${rightStride / 4}u + c${vector}]`;
  const rightColumn = (vector: number, k: string): string =>
    `vec4f(${unroll(4, (lane) => `right[rightBase + (c${vector} * 4u + ${lane}u) * ${rightStride}u + ${k}]`, ', ')})`;
  const shared: SharedOperands = {
    left: leftByRow
      ? { one: (row, k) => `left[call.left + min(workgroupRow + ${row}, ${rows - 1}u) * ${leftStride}u + ${k}]` }
      : {
          four: (group, k) =>
            `left[call.left / 4u + min(workgroupRow / 4u + ${group}, ${Math.ceil(rows / 4) - 1}u) + ${k} * ${leftStride / 4}u]`,
        },
    right: (vector, k) => {
      const place = `min(workgroupColumn + ${vector}, ${vectors - 1}u)`;
      if (rightByRow) return `right[rightBase + ${k} * ${rightStride / 4}u + ${place}]`;
      return `vec4f(${unroll(4, (lane) => `right[rightBase + (${place} * 4u + ${lane}u) * ${rightStride}u + ${k}]`, ', ')})`;
    },
  };
  const columnOf = ({ vector }: TilePlace): string => `min(column + ${vector}, ${vectors - 1}u)`;
  const biasRow = (column: string): string => `right[call.bias / 4u + ${column}]`;
  const biasColumn = (column: string): string => `vec4f(${unroll(4, (lane) => `right[call.bias + ${column} * 4u + ${lane}u]`, ', ')})`;
  const biasOf = rightByRow ? biasRow : biasColumn;
  const store = (place: TilePlace, sum: string): string => {
    const target = `out[first + ${place.row} * ${outStride / 4}u + ${place.vector}]`;
    const value = hasBias ? `${sum} + bias${place.vectorTag}` : sum;
    return `${target} = ${accumulate ? `${target} + (${value})` : value};`;
  };
  const ofVector = (place: TilePlace): string =>
    hasBias ? `let bias${place.vectorTag} = select(vec4f(), ${biasOf(columnOf(place))}, workgroup.z == 0u);` : '';
  const guard = ({ row, vector }: TilePlace): string => `row + ${row} < ${rows}u && column + ${vector} < ${vectors}u`;

  const place = tile.shared
    ? declareSharedPlace(tile, vectors, '(workgroup.x + call.begin)', 'row', 'column')
    : `let row = block / ${columnBlocks}u * ${tile.rows}u;
    let column = block % ${columnBlocks}u * ${tile.vectors}u;
    ${leftBase}
    ${rightBase}`;
  const body = `${place}
    let rightBase = call.right${rightByRow ? ' / 4u' : ''};
    ${declareAccumulators(tile)}
    ${productLoop({
      tile,
      inner: partInner,
      left: leftByRow ? { one: (row, k) => `left[l${row} + ${k}]` } : { four: (group, k) => `left[l${group} + ${k} * ${leftStride / 4}u]` },
      columns: tileColumns(tile, rightByRow ? rightRow : rightColumn),
      first: isSplit ? `workgroup.z * ${partInner}u` : undefined,
      bound: partInner * parts === inner ? undefined : `${inner}u`,
      shared,
    })}
    let first = (call.out + workgroup.z * ${rows * outStride}u) / 4u + row * ${outStride / 4}u + column;
    ${emptySums(sumsOf(tile), (_, place, sum) => store(place, sum), { ofVector, guard })}`;

  const code = wgsl`
${declareTile(tile)}
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  left: leftByRow ? 'array<f32>' : 'array<vec4f>',
  right: rightByRow ? 'array<vec4f>' : 'array<f32>',
  out: 'array<vec4f>',
})}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32${laneParameter(tile)}) {
  ${
    tile.shared
      ? body
      : `let block = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (block < ${rowBlocks * columnBlocks}u) {
    ${body}
  }`
  }
}`;
  const count = tile.shared ? workgroupsOf(tile, rows, vectors) : Math.ceil((rowBlocks * columnBlocks) / workgroupSize);
  return {
    name: 'matmul',
    options,
    variant: `${left} ${right} ${tileLabel(tile)}${accumulate ? ' accumulate' : ''}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, parts],
    range: { along: 'workgroups', length: count },
    flop: 2 * rows * columns * inner,
  };
}
