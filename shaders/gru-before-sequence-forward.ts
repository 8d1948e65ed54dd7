/**
 * The GRU with reset before the recurrent product, all time steps in one dispatch: r, z from h; then n = tanh(x_n + b + U_n (r∘h)).
 * Bindings as in `sequence-forward`; plane 3 of gates keeps r∘h. Two products and four barriers a step, or two where the tile is staged.
 */

import { activation } from './common/activation.ts';
import { declareForward, nextState, storeAccumulators } from './common/forward-step.ts';
import { afterKeeping, beforeKeeping, declareHidden, hiddenRows, keepHidden, keepPast, pastRows, takeUpHidden } from './common/handover.ts';
import { initialAccumulators } from './common/initial-sums.ts';
import { declareTile, laneParameter, tileLabel } from './common/product.ts';
import { maskPast } from './common/recurrent-dropout.ts';
import {
  declareRows,
  declareShape,
  FORWARD_TYPES,
  forRows,
  forwardBindings,
  forwardLabel,
  forwardUniforms,
  recurrentProduct,
} from './common/recurrent-tile.ts';
import type { Kernel } from './kernel.ts';
import type { SequenceForwardOptions } from './sequence-forward.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export function gruBeforeSequenceForward(options: SequenceForwardOptions): Kernel {
  const { batch, timeSteps, hiddenSize, input, tile } = options;
  const bindings = forwardBindings(options);
  const uniforms = forwardUniforms(options);
  const threads = hiddenSize / 4 / tile.vectors;
  const place = `let gate = (t * BATCH + row) * PLANES * UNITS + unit;
        let state = (t * BATCH + row) * UNITS + unit;`;
  const code = wgsl`
${declareTile(tile, 3)}
${declareUniforms(uniforms)}
${declareBindings(bindings, FORWARD_TYPES)}
${declareShape('gru-before', batch, hiddenSize)}
${activation}
${declareForward(options)}

${declareHidden(options)}

@compute
@workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32${laneParameter(tile)}) {
  let firstRow = workgroup.x * ${tile.rows}u;
  let firstUnit = local * ${tile.vectors}u;
  ${declareRows(batch, tile)}
  ${takeUpHidden(options)}
  for (var t = call.begin; t < call.end; t++) {
    ${initialAccumulators(options, [0, 1, 2])}
    ${recurrentProduct(options, [0, 1], hiddenRows(options))}
    ${storeAccumulators(options, [0, 1])}
    ${beforeKeeping(tile)}
    ${forRows(batch, tile, `${place} ${keepPast(options, maskPast(options, 'forward_gates(gate, state)'))}`)}
    ${afterKeeping(tile)}
    ${recurrentProduct(options, [2], pastRows(options))}
    ${storeAccumulators(options, [2])}
    ${beforeKeeping(tile)}
    ${forRows(batch, tile, `${place} ${nextState(options, 'forward_candidate(gate, state)')} states[state + ROW] = h; ${keepHidden(options, 'h', 'state + ROW')}`)}
    ${afterKeeping(tile)}
  }
}`;
  return {
    name: 'gru-before-sequence-forward',
    options,
    variant: `${input} ${tileLabel(tile)}${forwardLabel(options)}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [threads, 1, 1],
    workgroups: [Math.ceil(batch / tile.rows), 1, 1],
    range: { along: 'time', length: timeSteps },
    flop: 6 * timeSteps * batch * hiddenSize * hiddenSize,
  };
}
