/**
 * One reverse turn of the GRU with reset before, first half: dh_t from dr, dz of step t + 1, then dz and dn. Turns: `step-backward`.
 * Bindings: common/reverse-tile.ts. Plane 0 still holds r afterwards; the carry holds dh·z.
 */
import { activation } from './common/activation.ts';
import { declareTile, tileLabel } from './common/product.ts';
import { declareShape } from './common/recurrent-tile.ts';
import {
  BACKWARD_TYPES,
  backwardBindings,
  backwardUniforms,
  declareCell,
  declareLast,
  declareReverseNoise,
  forTurn,
  gateGradients,
  laterProduct,
  leavesGates,
  loadOutputGradient,
  reverseLabel,
  rowOfTurn,
  storeOutputGradient,
} from './common/reverse-tile.ts';
import { stepEntry, stepWork } from './common/step-entry.ts';
import { keepLargest } from './common/time-step-clip.ts';
import type { Kernel } from './kernel.ts';
import type { StepBackwardOptions } from './step-backward.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export function gruBeforeCandidateBackward(options: StepBackwardOptions): Kernel {
  const { batch, hiddenSize, tile } = options;
  const isHalf = leavesGates(options);
  const own = isHalf ? { ...options, clip: undefined, zoneout: undefined } : options;
  const bindings = backwardBindings(own);
  const uniforms = [...backwardUniforms(own), 'block'];
  const step = `let gate = (t * BATCH + row) * PLANES * UNITS + unit;
        let state = (t * BATCH + row) * UNITS + unit;
        ${gateGradients(own, 'backward_candidate')}`;
  const code = wgsl`
${declareTile(tile)}
${declareUniforms(uniforms)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape('gru-before', batch, hiddenSize)}
${activation}
${declareReverseNoise(own)}
${isHalf ? '' : declareCell(own)}

${stepEntry(
  options,
  `let i = ${rowOfTurn(options, 'call.begin')};
    ${declareLast(options)}
    ${loadOutputGradient(options)}
    if (!isLast) {
      ${laterProduct(options, { gates: 2, isStored: true })}
    }
    ${storeOutputGradient(options)}
    ${forTurn(own, isHalf ? '' : step)}`,
  keepLargest(own.clip),
)}`;
  return {
    name: 'gru-before-candidate-backward',
    options,
    variant: `${tileLabel(tile)}${reverseLabel({ ...own, zoneout: options.zoneout })}${isHalf ? ' half' : ''}`,
    code,
    bindings,
    uniforms,
    ...stepWork(options),
    flop: 4 * batch * hiddenSize * hiddenSize,
  };
}
