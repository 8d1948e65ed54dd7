/**
 * One time step of the reverse sweep, t = begin: dh_t = dL/dy_t + U' dz_{t+1} (+ carry) fused with the cell's gate gradients, in place of the gates.
 *
 * Bindings: common/reverse-tile.ts. One thread computes tile.rows batch rows x 4 tile.vectors units; dz_{t+1} is read from gates.
 */
import { activation } from './common/activation.ts';
import { CELLS } from './common/cell.ts';
import { declareRows, declareShape, forRows } from './common/recurrent-tile.ts';
import {
  BACKWARD_TYPES,
  BACKWARD_UNIFORMS,
  backwardBindings,
  laterDelta,
  loadOutputGradient,
  planeRuns,
  type ReverseOptions,
  reverseProduct,
  storeOutputGradient,
} from './common/reverse-tile.ts';
import type { Kernel } from './kernel.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export interface StepBackwardOptions extends ReverseOptions {
  readonly workgroupSize: number;
}

export function stepBackward(options: StepBackwardOptions): Kernel {
  const { cell, batch, timeSteps, hiddenSize, tile, workgroupSize } = options;
  const { gates, backward } = CELLS[cell];
  const bindings = backwardBindings(cell);
  const unitBlocks = hiddenSize / 4 / tile.vectors;
  const blocks = unitBlocks * Math.ceil(batch / tile.rows);
  const runs = planeRuns(cell);
  const uniforms = [...BACKWARD_UNIFORMS, 'block'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape(cell, batch, hiddenSize)}
${activation}
${backward}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let block = call.block * ${workgroupSize}u + id.x;
  if (block < ${blocks}u) {
    let t = call.begin;
    let isLast = t == ${timeSteps - 1}u;
    let firstRow = block / ${unitBlocks}u * ${tile.rows}u;
    let firstUnit = block % ${unitBlocks}u * ${tile.vectors}u;
    ${declareRows(batch, tile)}
    ${loadOutputGradient(tile)}
    if (!isLast) {
      ${unroll(runs.length, (index) => reverseProduct(options, runs[index].gate, runs[index].gates, laterDelta(runs[index].plane)))}
    }
    ${storeOutputGradient(options)}
    ${forRows(
      batch,
      tile,
      `let state = (t * BATCH + row) * UNITS + unit;
        backward((t * BATCH + row) * PLANES * UNITS + unit, state, state, row * UNITS + unit, isLast);`,
    )}
  }
}`;
  return {
    name: 'step-backward',
    variant: `${cell} ${tile.rows}x${tile.vectors * 4}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [Math.ceil(blocks / workgroupSize), 1, 1],
    range: { along: 'workgroups', length: Math.ceil(blocks / workgroupSize), first: 'block' },
    flop: 2 * batch * gates * hiddenSize * hiddenSize,
  };
}
