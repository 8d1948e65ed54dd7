/**
 * One reverse turn of the GRU with reset before, second half: d(r∘h) = U_n' dn, then dr and the carry += d(r∘h)·r. Never the initial state's turn.
 * Past the end of a row the first half left zeros, so that nothing changes here.
 * Bindings: common/reverse-tile.ts without outputGradient.
 */
import { activation } from './common/activation.ts';
import { GRU_BEFORE_GATES } from './common/cell.ts';
import { storedDelta } from './common/handover.ts';
import { declareAccumulators, declareTile, laneParameter, tileLabel } from './common/product.ts';
import { maskedGradient } from './common/recurrent-dropout.ts';
import { declareRows, declareShape } from './common/recurrent-tile.ts';
import {
  BACKWARD_TYPES,
  backwardBindings,
  backwardUniforms,
  declareReverseNoise,
  emptyTile,
  reverseLabel,
  reverseProduct,
  rowOfTurn,
} from './common/reverse-tile.ts';
import type { Kernel } from './kernel.ts';
import type { StepBackwardOptions } from './step-backward.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export function gruBeforeGatesBackward(options: StepBackwardOptions): Kernel {
  const { batch, hiddenSize, tile, workgroupSize } = options;
  // its gradients are none of a state
  const own = { ...options, clip: undefined, zoneout: undefined };
  const bindings = backwardBindings(own);
  const unitBlocks = hiddenSize / 4 / tile.vectors;
  const blocks = unitBlocks * Math.ceil(batch / tile.rows);
  const uniforms = [...backwardUniforms(own), 'block'];
  const code = wgsl`
${declareTile(tile)}
${declareUniforms(uniforms)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape('gru-before', batch, hiddenSize)}
${activation}
${declareReverseNoise(own)}
${GRU_BEFORE_GATES}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u${laneParameter(tile)}) {
  let block = call.block * ${workgroupSize}u + id.x;
  if (block < ${blocks}u) {
    let t = ${rowOfTurn(options, 'call.begin')} - 1u;
    let firstRow = block / ${unitBlocks}u * ${tile.rows}u;
    let firstUnit = block % ${unitBlocks}u * ${tile.vectors}u;
    ${declareRows(batch, tile)}
    ${declareAccumulators(tile)}
    ${reverseProduct(options, 2, 1, storedDelta('gru-before', 2, 't', 'gates'))}
    ${emptyTile(options, ({ rowTag, vector }, sum) => {
      const row = `row${rowTag}`;
      return `let unit = firstUnit + ${vector};
      backward_gates((t * BATCH + ${row}) * PLANES * UNITS + unit, (t * BATCH + ${row}) * UNITS + unit, ${row} * UNITS + unit, ${maskedGradient(options, sum, row, 'unit')});`;
    })}
  }
}`;
  return {
    name: 'gru-before-gates-backward',
    options,
    variant: `${tileLabel(tile)}${reverseLabel(own)}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [Math.ceil(blocks / workgroupSize), 1, 1],
    range: { along: 'workgroups', length: Math.ceil(blocks / workgroupSize), first: 'block' },
    flop: 2 * batch * hiddenSize * hiddenSize,
  };
}
