/** The frame of a step kernel: which tile each thread of a dispatch owns, and how the dispatch may be cut. */
import type { Kernel } from '../kernel.ts';
import { laneParameter, type Tile } from './product.ts';
import { declareRows } from './recurrent-tile.ts';
import { declareSharedPlace, workgroupsOf } from './shared-tile.ts';

interface StepShape {
  readonly batch: number;
  readonly hiddenSize: number;
  readonly tile: Tile;
  readonly workgroupSize: number;
}

const tilesAcross = ({ hiddenSize, tile }: StepShape): number => hiddenSize / 4 / tile.vectors;
const tilesOf = (shape: StepShape): number => Math.ceil(shape.batch / shape.tile.rows) * tilesAcross(shape);

/** Workgroups that cover the batch; the uniform `block` is the first of a piece. */
export function stepWork(shape: StepShape): Pick<Kernel, 'workgroupSize' | 'workgroups' | 'range'> {
  const { batch, hiddenSize, tile, workgroupSize } = shape;
  const count = tile.shared ? workgroupsOf(tile, batch, hiddenSize / 4) : Math.ceil(tilesOf(shape) / workgroupSize);
  return {
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count, first: 'block' },
  };
}

/** The entry point: `body` with the thread's tile at firstRow and firstUnit, behind it `after` for every thread. A workgroup that shares operands keeps threads without a row. */
export function stepEntry(shape: StepShape, body: string, after = ''): string {
  const { batch, hiddenSize, tile, workgroupSize } = shape;
  const across = tilesAcross(shape);
  const place = tile.shared
    ? declareSharedPlace(tile, hiddenSize / 4, '(call.block + workgroup.x)', 'firstRow', 'firstUnit')
    : `let firstRow = block / ${across}u * ${tile.rows}u;
    let firstUnit = block % ${across}u * ${tile.vectors}u;`;
  const placed = `${place}
    ${declareRows(batch, tile)}
    ${body}`;
  const guarded = `let block = (call.block + workgroup.x) * ${workgroupSize}u + local;
  if (block < ${tilesOf(shape)}u) {
    ${placed}
  }`;
  return /* wgsl */ `@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32${laneParameter(tile)}) {
  ${tile.shared ? placed : guarded}
  ${after}
}`;
}
