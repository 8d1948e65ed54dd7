/**
 * One turn of the reverse sweep, begin (the step t = begin, or t = begin - 1 after the initial state's turn 0): dh_t = dL/dy_t + U' dz_{t+1} (+ carry) fused with the cell's gate gradients, in place of the gates.
 *
 * Bindings: common/reverse-tile.ts. One thread computes tile.rows batch rows x 4 tile.vectors units; dz_{t+1} is read from gates.
 */
import { activation } from './common/activation.ts';
import { CELLS } from './common/cell.ts';
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
  type ReverseOptions,
  reverseLabel,
  rowOfTurn,
  storeOutputGradient,
} from './common/reverse-tile.ts';
import { stepEntry, stepWork } from './common/step-entry.ts';
import { keepLargest } from './common/time-step-clip.ts';
import type { Kernel } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface StepBackwardOptions extends ReverseOptions {
  readonly workgroupSize: number;
}

export function stepBackward(options: StepBackwardOptions): Kernel {
  const { cell, batch, hiddenSize, tile } = options;
  const isHalf = leavesGates(options);
  const own = isHalf ? { ...options, clip: undefined, zoneout: undefined, keepsCells: false } : options;
  const bindings = backwardBindings(own);
  const uniforms = [...backwardUniforms(own), 'block'];
  const step = `let gate = (t * BATCH + row) * PLANES * UNITS + unit;
        let state = (t * BATCH + row) * UNITS + unit;
        ${gateGradients(own)}`;
  const code = wgsl`
${declareTile(tile)}
${declareUniforms(uniforms)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape(cell, batch, hiddenSize)}
${activation}
${declareReverseNoise(own)}
${isHalf ? '' : declareCell(own)}

${stepEntry(
  options,
  `let i = ${rowOfTurn(options, 'call.begin')};
    ${declareLast(options)}
    ${loadOutputGradient(options)}
    if (!isLast) {
      ${laterProduct(options, { isStored: true })}
    }
    ${storeOutputGradient(options)}
    ${forTurn(own, isHalf ? '' : step)}`,
  keepLargest(own.clip),
)}`;
  return {
    name: 'step-backward',
    options,
    variant: `${cell} ${tileLabel(tile)}${reverseLabel({ ...own, zoneout: options.zoneout })}${isHalf ? ' half' : ''}`,
    code,
    bindings,
    uniforms,
    ...stepWork(options),
    flop: 2 * batch * CELLS[cell].gates * hiddenSize * hiddenSize,
  };
}
