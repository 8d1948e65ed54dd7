/**
 * The reverse sweep (BPTT) of a recurrent layer over all its time steps in one dispatch, turns end - 1 down to begin (turn t is step t, or
 * step t - 1 after the initial state's turn 0): dh_t = dL/dy_t + U' dz_{t+1} (+ carry), then the cell's gate gradients, in place of the gates.
 *
 * Bindings: common/reverse-tile.ts. A workgroup owns tile.rows batch rows; how its threads hand each other the later step's gate gradients: common/handover.ts.
 * A range that ends before the last step finds them in gates, and dc or the GRU's direct path in carry.
 */
import { activation } from './common/activation.ts';
import { CELLS } from './common/cell.ts';
import { afterKeeping, beforeKeeping, declareDelta, keepDelta, takeUpDelta } from './common/handover.ts';
import { declareUnit, forUnits, sweepThreads } from './common/own-rows.ts';
import { declareTile, laneParameter, tileLabel } from './common/product.ts';
import { declareRows, declareShape, forRows } from './common/recurrent-tile.ts';
import {
  BACKWARD_TYPES,
  backwardBindings,
  backwardUniforms,
  clipTurn,
  declareCell,
  declareLast,
  declareReverseNoise,
  forTurn,
  gateGradients,
  laterProduct,
  loadOutputGradient,
  type ReverseOptions,
  reverseLabel,
  rowOfTurn,
  storeOutputGradient,
  turnsOf,
} from './common/reverse-tile.ts';
import { keepLargest } from './common/time-step-clip.ts';
import type { Kernel } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export type SequenceBackwardOptions = ReverseOptions;

export function sequenceBackward(options: SequenceBackwardOptions): Kernel {
  const { cell, batch, timeSteps, hiddenSize, tile } = options;
  const turns = turnsOf(options);
  const { gates } = CELLS[cell];
  const bindings = backwardBindings(options);
  const uniforms = backwardUniforms(options);
  const threads = sweepThreads(hiddenSize, tile);
  const owned = { rows: tile.rows, threads };
  const code = wgsl`
${declareTile(tile)}
${declareUniforms(uniforms)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape(cell, batch, hiddenSize)}
${activation}
${declareReverseNoise(options)}
${declareCell(options, owned)}

${declareDelta(options, 'gates')}

@compute
@workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32${laneParameter(tile)}) {
  let firstRow = workgroup.x * ${tile.rows}u;
  ${declareUnit(tile)}
  ${declareRows(batch, tile)}
  ${takeUpDelta(options, turns, rowOfTurn(options, 'call.end'))}
  for (var past = call.begin; past < call.end; past++) {
    let i = ${rowOfTurn(options, 'call.end - 1u - (past - call.begin)')};
    ${declareLast(options)}
    ${forUnits(
      tile,
      `${loadOutputGradient(options)}
    if (!isLast) {
      ${laterProduct(options)}
    }
    ${storeOutputGradient(options)}
    ${beforeKeeping(tile)}
    ${forTurn(
      options,
      `let gate = (t * BATCH + row) * PLANES * UNITS + unit;
        let state = (t * BATCH + row) * UNITS + unit;
        ${gateGradients(options)}
        ${keepDelta(options)}`,
      clipTurn(options, owned, (body) => forRows(batch, tile, body)),
    )}`,
    )}
    ${afterKeeping(tile)}
  }
  ${keepLargest(options.clip)}
}`;
  return {
    name: 'sequence-backward',
    options,
    variant: `${cell} ${tileLabel(tile)}${reverseLabel(options)}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [threads, 1, 1],
    workgroups: [Math.ceil(batch / tile.rows), 1, 1],
    range: { along: 'time', length: turns, reverse: true },
    flop: 2 * timeSteps * batch * gates * hiddenSize * hiddenSize,
  };
}
