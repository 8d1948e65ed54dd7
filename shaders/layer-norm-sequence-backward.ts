/**
 * The reverse sweep of a layer-normalised recurrent layer over all its time steps in one dispatch; turns as those of `sequence-backward`.
 *
 * Bindings: common/reverse-tile.ts, and norms: common/layer-norm.ts, whose first part becomes dL/d(U h), the left operand of the next turn's product.
 * gates become dL/dz, the gradients of both biases, from which `layer-norm-gradient` makes those of the gains. carry of the GRU with reset before is
 * [2, B, H]: its second half is dL/d(r∘h).
 */
import { activation } from './common/activation.ts';
import { CELLS, GRU_BEFORE_GATES } from './common/cell.ts';
import { afterKeeping, beforeKeeping, declareDelta, deltaAt, keepDelta, takeUpDelta } from './common/handover.ts';
import { declareLayerNorm } from './common/layer-norm.ts';
import { declareThroughCell, type NormedReverseOptions, normedTurn } from './common/layer-norm-backward.ts';
import { declareAccumulators, declareTile, laneParameter, tileLabel } from './common/product.ts';
import { declareRows, declareShape, forRows } from './common/recurrent-tile.ts';
import {
  BACKWARD_TYPES,
  backwardBindings,
  backwardUniforms,
  declareCell,
  declareLast,
  declareReverseNoise,
  emptyTile,
  forTurn,
  laterProduct,
  loadOutputGradient,
  reverseLabel,
  reverseProduct,
  rowOfTurn,
  storeOutputGradient,
  turnsOf,
} from './common/reverse-tile.ts';
import { keepLargest } from './common/time-step-clip.ts';
import type { Kernel } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export function layerNormSequenceBackward(options: NormedReverseOptions): Kernel {
  const { cell, batch, timeSteps, hiddenSize, tile } = options;
  const turns = turnsOf(options);
  const { gates } = CELLS[cell];
  const isBefore = cell === 'gru-before';
  const bindings = backwardBindings(options);
  const uniforms = backwardUniforms(options);
  const threads = hiddenSize / 4 / tile.vectors;
  const owned = { rows: tile.rows, threads };
  const each = (body: string): string => forRows(batch, tile, body);
  const keep = keepDelta(options);
  // every thread owns the same units of carry as of h
  const past = `${afterKeeping(tile)}
      {
        ${declareAccumulators(tile)}
        ${reverseProduct(options, 2, 1, deltaAt(options, 2, 't', 'norms'))}
        ${emptyTile(options, ({ rowTag, vector }, sum) => `carry[ROW + row${rowTag} * UNITS + firstUnit + ${vector}] = ${sum};`)}
      }
      ${normedTurn(options, 'gates', owned, each, keep)}`;
  const beginning = isBefore ? normedTurn(options, 'candidate', owned, each, keep) : '';
  const turn = isBefore ? past : normedTurn(options, 'gates', owned, each, keep);
  const code = wgsl`
${declareTile(tile)}
${declareUniforms(uniforms)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape(cell, batch, hiddenSize)}
${activation}
${declareLayerNorm(options, owned, 'parameters')}
${declareReverseNoise(options)}
${declareThroughCell}
${declareCell(options, owned)}
${isBefore ? GRU_BEFORE_GATES : ''}

${declareDelta(options, 'norms')}

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
        ${laterProduct(options, { gates: isBefore ? 2 : gates, source: 'norms' })}
      }
      ${storeOutputGradient(options)}
    }
    ${beforeKeeping(tile)}
    ${forTurn(options, '', '')}
    if (i > 0u) {
      let t = i - 1u;
      ${beginning}
      ${turn}
    }
    ${afterKeeping(tile)}
  }
  ${keepLargest(options.clip)}
}`;
  return {
    name: 'layer-norm-sequence-backward',
    options,
    variant: `${cell} ${tileLabel(tile)}${reverseLabel(options)}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [threads, 1, 1],
    workgroups: [Math.ceil(batch / tile.rows), 1, 1],
    range: { along: 'time', length: turns, reverse: true },
    flop: 2 * timeSteps * batch * gates * hiddenSize * (hiddenSize + 10),
  };
}
