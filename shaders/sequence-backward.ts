/**
 * The reverse sweep (BPTT) of a recurrent layer over all its time steps in one dispatch, t from end - 1 down to begin:
 * dh_t = dL/dy_t + U' dz_{t+1} (+ carry), then the cell's gate gradients, in place of the gates.
 *
 * Bindings: common/reverse-tile.ts. A workgroup owns tile.rows batch rows and keeps the later step's gate gradients, [G·H, rows], in workgroup
 * memory: 4·G·H·rows bytes. A range that ends before the last step takes them up again from gates, and dc or the GRU's direct path from carry.
 */
import { activation } from './common/activation.ts';
import { CELLS } from './common/cell.ts';
import { declareRows, declareShape, forRows } from './common/recurrent-tile.ts';
import {
  BACKWARD_TYPES,
  BACKWARD_UNIFORMS,
  backwardBindings,
  keepDelta,
  loadOutputGradient,
  type ReverseOptions,
  reverseProduct,
  storeOutputGradient,
} from './common/reverse-tile.ts';
import type { Kernel } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export type SequenceBackwardOptions = ReverseOptions;

export function sequenceBackward(options: SequenceBackwardOptions): Kernel {
  const { cell, batch, timeSteps, hiddenSize, tile } = options;
  const { gates, backward } = CELLS[cell];
  const bindings = backwardBindings(cell);
  const threads = hiddenSize / 4 / tile.vectors;
  const code = wgsl`
${declareUniforms(BACKWARD_UNIFORMS)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape(cell, batch, hiddenSize)}
${activation}
${backward}

// gate gradients of the step after, [gate · unit, row]
var<workgroup> delta: array<f32, ${gates * hiddenSize * tile.rows}>;
${keepDelta(cell, tile)}

@compute
@workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let firstRow = workgroup.x * ${tile.rows}u;
  let firstUnit = local * ${tile.vectors}u;
  ${declareRows(batch, tile)}
  if (call.end < ${timeSteps}u) {
    ${forRows(batch, tile, 'keep((call.end * BATCH + row) * PLANES * UNITS + unit, unit, b);')}
  }
  workgroupBarrier();
  for (var past = call.begin; past < call.end; past++) {
    let t = call.end - 1u - (past - call.begin);
    let isLast = t == ${timeSteps - 1}u;
    ${loadOutputGradient(tile)}
    if (!isLast) {
      ${reverseProduct(options, 0, gates, (row) => `delta[k * ${tile.rows}u + ${row}u]`)}
    }
    ${storeOutputGradient(options)}
    workgroupBarrier();
    ${forRows(
      batch,
      tile,
      `let gate = (t * BATCH + row) * PLANES * UNITS + unit;
        let state = (t * BATCH + row) * UNITS + unit;
        backward(gate, state, state, row * UNITS + unit, isLast);
        keep(gate, unit, b);`,
    )}
    workgroupBarrier();
  }
}`;
  return {
    name: 'sequence-backward',
    variant: `${cell} ${tile.rows}x${tile.vectors * 4}`,
    code,
    bindings,
    uniforms: BACKWARD_UNIFORMS,
    workgroupSize: [threads, 1, 1],
    workgroups: [Math.ceil(batch / tile.rows), 1, 1],
    range: { along: 'time', length: timeSteps, reverse: true },
    flop: 2 * timeSteps * batch * gates * hiddenSize * hiddenSize,
  };
}
