/**
 * The reverse sweep of the GRU with reset before, all time steps in one dispatch. At each t: dh from dr, dz of the later step; dz, dn;
 * then d(r∘h) = U_n' dn, dr and the carry. Bindings: common/reverse-tile.ts. Two products and four barriers a step, or two where the tile is staged.
 */
import { activation } from './common/activation.ts';
import { GRU_BEFORE_GATES } from './common/cell.ts';
import { afterKeeping, beforeKeeping, declareDelta, deltaAt, keepDelta, takeUpDelta } from './common/handover.ts';
import { declareAccumulators, declareTile, laneParameter, tileLabel } from './common/product.ts';
import { maskedGradient } from './common/recurrent-dropout.ts';
import { declareRows, declareShape, forRows } from './common/recurrent-tile.ts';
import {
  BACKWARD_TYPES,
  backwardBindings,
  backwardUniforms,
  clipTurn,
  declareCell,
  declareLast,
  declareReverseNoise,
  emptyTile,
  forTurn,
  gateGradients,
  laterProduct,
  loadOutputGradient,
  type ReverseOptions,
  reverseLabel,
  reverseProduct,
  rowOfTurn,
  storeOutputGradient,
  turnsOf,
} from './common/reverse-tile.ts';
import { keepLargest } from './common/time-step-clip.ts';
import type { Kernel } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export function gruBeforeSequenceBackward(options: ReverseOptions): Kernel {
  const { batch, timeSteps, hiddenSize, tile } = options;
  const turns = turnsOf(options);
  const bindings = backwardBindings(options);
  const uniforms = backwardUniforms(options);
  const threads = hiddenSize / 4 / tile.vectors;
  const owned = { rows: tile.rows, threads };
  const code = wgsl`
${declareTile(tile)}
${declareUniforms(uniforms)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape('gru-before', batch, hiddenSize)}
${activation}
${declareReverseNoise(options)}
${declareCell(options, owned)}
${GRU_BEFORE_GATES}

${declareDelta(options, 'gates')}

@compute
@workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32${laneParameter(tile)}) {
  let firstRow = workgroup.x * ${tile.rows}u;
  let firstUnit = local * ${tile.vectors}u;
  ${declareRows(batch, tile)}
  ${takeUpDelta(options, turns, rowOfTurn(options, 'call.end'))}
  for (var past = call.begin; past < call.end; past++) {
    let i = ${rowOfTurn(options, 'call.end - 1u - (past - call.begin)')};
    ${declareLast(options)}
    {
      ${loadOutputGradient(options)}
      if (!isLast) {
        ${laterProduct(options, { gates: 2 })}
      }
      ${storeOutputGradient(options)}
    }
    ${beforeKeeping(tile)}
    ${forTurn(
      options,
      `let gate = (t * BATCH + row) * PLANES * UNITS + unit;
        let state = (t * BATCH + row) * UNITS + unit;
        ${gateGradients(options, 'backward_candidate')}
        ${keepDelta(options)}`,
      clipTurn(options, owned, (body) => forRows(batch, tile, body)),
    )}
    ${afterKeeping(tile)}
    if (i > 0u) {
      let t = i - 1u;
      ${declareAccumulators(tile)}
      ${reverseProduct(options, 2, 1, deltaAt(options, 2, 't', 'gates'))}
      ${beforeKeeping(tile)}
      ${emptyTile(options, ({ row: inTile, rowTag, vector }, sum) => {
        const row = `row${rowTag}`;
        return `let unit = firstUnit + ${vector};
        let gate = (t * BATCH + ${row}) * PLANES * UNITS + unit;
        backward_gates(gate, (t * BATCH + ${row}) * UNITS + unit, ${row} * UNITS + unit, ${maskedGradient(options, sum, row, 'unit')});
        ${keepDelta(options, inTile)}`;
      })}
    }
    ${afterKeeping(tile)}
  }
  ${keepLargest(options.clip)}
}`;
  return {
    name: 'gru-before-sequence-backward',
    options,
    variant: `${tileLabel(tile)}${reverseLabel(options)}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [threads, 1, 1],
    workgroups: [Math.ceil(batch / tile.rows), 1, 1],
    range: { along: 'time', length: turns, reverse: true },
    flop: 6 * timeSteps * batch * hiddenSize * hiddenSize,
  };
}
