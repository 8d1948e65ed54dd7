/**
 * A recurrent layer over all its time steps in one dispatch: h_t = cell(x_t, h_{t-1}), t in [begin, end).
 *
 * weights (forward copy): U [H, G·H], b_hh, and for one-hot input W [V, G·H], b_ih; tokens [T, B]; gates [T, B, P·H]; states, cells [T + 1, B, H].
 * A workgroup owns tile.rows batch rows and keeps their h in workgroup memory; batch rows are independent, so no workgroup waits for another.
 * Cost: 2·T·B·G·H² operations; the recurrent weights are read once per workgroup and time step.
 */

import { activation } from './common/activation.ts';
import { CELLS } from './common/cell.ts';
import { activate, declareForward, nextState, sumsOfStep } from './common/forward-step.ts';
import { afterKeeping, beforeKeeping, declareHidden, hiddenRows, keepHidden, takeUpHidden } from './common/handover.ts';
import { declareBiases, initialAccumulators } from './common/initial-sums.ts';
import { declareUnit, forUnits, sweepThreads } from './common/own-rows.ts';
import { declareTile, laneParameter, tileLabel } from './common/product.ts';
import {
  allGates,
  declareRows,
  declareShape,
  FORWARD_TYPES,
  forwardBindings,
  forwardLabel,
  forwardUniforms,
  type RecurrentOptions,
  recurrentProduct,
} from './common/recurrent-tile.ts';
import type { Kernel } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface SequenceForwardOptions extends RecurrentOptions {
  readonly timeSteps: number;
}

export function sequenceForward(options: SequenceForwardOptions): Kernel {
  const { cell, batch, timeSteps, hiddenSize, input, tile } = options;
  const { gates } = CELLS[cell];
  const bindings = forwardBindings(options);
  const uniforms = forwardUniforms(options);
  const threads = sweepThreads(hiddenSize, tile);
  const every = allGates(cell);
  const code = wgsl`
${declareTile(tile, gates)}
${declareUniforms(uniforms)}
${declareBindings(bindings, FORWARD_TYPES)}
${declareShape(cell, batch, hiddenSize)}
${activation}
${declareForward(options, sumsOfStep(options))}

${declareHidden(options)}

@compute
@workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32${laneParameter(tile)}) {
  let firstRow = workgroup.x * ${tile.rows}u;
  ${declareUnit(tile)}
  ${declareRows(batch, tile)}
  ${takeUpHidden(options)}
  ${declareBiases(options, every)}
  for (var t = call.begin; t < call.end; t++) {
    ${forUnits(
      tile,
      `${initialAccumulators(options, every, true)}
    ${recurrentProduct(options, every, hiddenRows(options))}
    ${beforeKeeping(tile)}
    ${activate(
      options,
      `let state = (t * BATCH + row) * UNITS + unit;
        ${nextState(options, 'forward((t * BATCH + row) * PLANES * UNITS + unit, state)')}
        states[state + ROW] = h;
        ${keepHidden(options, 'h', 'state + ROW')}`,
    )}`,
    )}
    ${afterKeeping(tile)}
  }
}`;
  return {
    name: 'sequence-forward',
    options,
    variant: `${cell} ${input} ${tileLabel(tile)}${forwardLabel(options)}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [threads, 1, 1],
    workgroups: [Math.ceil(batch / tile.rows), 1, 1],
    range: { along: 'time', length: timeSteps },
    flop: 2 * timeSteps * batch * gates * hiddenSize * hiddenSize,
  };
}
