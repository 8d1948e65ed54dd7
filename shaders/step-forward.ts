/**
 * One time step of a recurrent layer, t = begin: matrix product and gates fused, tiled over rows and units.
 *
 * Bindings as in `sequence-forward`. One thread computes tile.rows batch rows x 4 tile.vectors units of every gate; h_{t-1} is read from states.
 * Uniform `block` is the first workgroup of a piece. The dispatch boundary is the barrier between time steps, so the recurrent weights are read once per row block and step.
 */

import { activation } from './common/activation.ts';
import { CELLS } from './common/cell.ts';
import { activate, declareForward, nextState, sumsOfStep } from './common/forward-step.ts';
import { storedHidden } from './common/handover.ts';
import { initialAccumulators } from './common/initial-sums.ts';
import { declareTile, tileLabel } from './common/product.ts';
import { storeOperand } from './common/recurrent-dropout.ts';
import {
  allGates,
  declareShape,
  FORWARD_TYPES,
  forwardBindings,
  forwardLabel,
  forwardUniforms,
  type RecurrentOptions,
  recurrentProduct,
} from './common/recurrent-tile.ts';
import { stepEntry, stepWork } from './common/step-entry.ts';
import type { Kernel } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface StepForwardOptions extends RecurrentOptions {
  readonly workgroupSize: number;
}

export function stepForward(options: StepForwardOptions): Kernel {
  const { cell, batch, hiddenSize, input, tile } = options;
  const { gates } = CELLS[cell];
  const bindings = forwardBindings(options);
  const every = allGates(cell);
  const uniforms = [...forwardUniforms(options), 'block'];
  const code = wgsl`
${declareTile(tile, every.length)}
${declareUniforms(uniforms)}
${declareBindings(bindings, FORWARD_TYPES)}
${declareShape(cell, batch, hiddenSize)}
${activation}
${declareForward(options, sumsOfStep(options))}

${stepEntry(
  options,
  `let t = call.begin;
    ${initialAccumulators(options, every)}
    ${recurrentProduct(options, every, storedHidden(options))}
    ${activate(
      options,
      `let state = (t * BATCH + row) * UNITS + unit;
        ${nextState(options, 'forward((t * BATCH + row) * PLANES * UNITS + unit, state)')}
        states[state + ROW] = h;
        ${storeOperand(options, 'state + ROW')}`,
    )}`,
)}`;
  return {
    name: 'step-forward',
    options,
    variant: `${cell} ${input} ${tileLabel(tile)}${forwardLabel(options)}`,
    code,
    bindings,
    uniforms,
    ...stepWork(options),
    flop: 2 * batch * gates * hiddenSize * hiddenSize,
  };
}
