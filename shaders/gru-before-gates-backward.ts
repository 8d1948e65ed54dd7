/**
 * One reverse turn of the GRU with reset before, second half: d(r∘h) = U_n' dn, then dr and the carry += d(r∘h)·r. Never the initial state's turn.
 * Past the end of a row the first half left zeros, so that nothing changes here.
 * Bindings: common/reverse-tile.ts without outputGradient.
 */
import { activation } from './common/activation.ts';
import { GRU_BEFORE_GATES } from './common/cell.ts';
import { storedDelta } from './common/handover.ts';
import { declareAccumulators, declareTile, tileLabel } from './common/product.ts';
import { maskedGradient } from './common/recurrent-dropout.ts';
import { declareShape } from './common/recurrent-tile.ts';
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
import { stepEntry, stepWork } from './common/step-entry.ts';
import type { Kernel } from './kernel.ts';
import type { StepBackwardOptions } from './step-backward.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export function gruBeforeGatesBackward(options: StepBackwardOptions): Kernel {
  const { batch, hiddenSize, tile } = options;
  // its gradients are none of a state
  const own = { ...options, clip: undefined, zoneout: undefined };
  const bindings = backwardBindings(own);
  const uniforms = [...backwardUniforms(own), 'block'];
  const code = wgsl`
${declareTile(tile)}
${declareUniforms(uniforms)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape('gru-before', batch, hiddenSize)}
${activation}
${declareReverseNoise(own)}
${GRU_BEFORE_GATES}

${stepEntry(
  options,
  `let t = ${rowOfTurn(options, 'call.begin')} - 1u;
    ${declareAccumulators(tile)}
    ${reverseProduct(options, 2, 1, storedDelta('gru-before', 2, 't', 'gates'))}
    ${emptyTile(options, ({ rowTag, vector }, sum) => {
      const row = `row${rowTag}`;
      return `let unit = firstUnit + ${vector};
      backward_gates((t * BATCH + ${row}) * PLANES * UNITS + unit, (t * BATCH + ${row}) * UNITS + unit, ${row} * UNITS + unit, ${maskedGradient(options, sum, row, 'unit')});`;
    })}`,
)}`;
  return {
    name: 'gru-before-gates-backward',
    options,
    variant: `${tileLabel(tile)}${reverseLabel(own)}`,
    code,
    bindings,
    uniforms,
    ...stepWork(options),
    flop: 2 * batch * hiddenSize * hiddenSize,
  };
}
