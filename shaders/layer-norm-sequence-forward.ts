/**
 * A layer-normalised recurrent layer over all its time steps in one dispatch, t in [begin, end): h_t = cell(x_t, LN(U h_{t-1})).
 *
 * Bindings as in `sequence-forward`, and norms: common/layer-norm.ts. gates [T, B, P·H] hold LN(W x) + b already. A workgroup owns tile.rows whole
 * rows, so that it has their means and variances without a second dispatch; the GRU with reset before has two products a step.
 */
import { activation } from './common/activation.ts';
import { CELLS } from './common/cell.ts';
import { declareForward, emptyAccumulators, storeProducts } from './common/forward-step.ts';
import { afterKeeping, declareHidden, hiddenRows, keepHidden, keepPast, pastRows, takeUpHidden } from './common/handover.ts';
import { declareLayerNorm, NORM_GROUPS } from './common/layer-norm.ts';
import { type NormedForwardOptions, normedStep, type StepHalf } from './common/layer-norm-forward.ts';
import { declareTile, laneParameter, tileLabel } from './common/product.ts';
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
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export type LayerNormSequenceForwardOptions = NormedForwardOptions;

export function layerNormSequenceForward(options: LayerNormSequenceForwardOptions): Kernel {
  const { cell, batch, hiddenSize, tile, layerNorm } = options;
  const { timeSteps } = layerNorm;
  const { gates } = CELLS[cell];
  const bindings = forwardBindings(options);
  const uniforms = forwardUniforms(options);
  const threads = hiddenSize / 4 / tile.vectors;
  const owned = { rows: tile.rows, threads };
  const each = (body: string): string => forRows(batch, tile, body);
  const results = { hidden: keepHidden(options, 'h', 'state + ROW'), past: keepPast(options, 'past') };
  const groups = NORM_GROUPS[cell];
  const part = (group: number): string => {
    const half: StepHalf = group === 0 ? 'gates' : 'candidate';
    return `{
      ${emptyAccumulators(options, groups[group])}
      ${recurrentProduct(options, groups[group], group === 0 ? hiddenRows(options) : pastRows(options))}
      ${storeProducts(options, groups[group])}
    }
    ${normedStep(options, half, owned, each, results)}
    ${afterKeeping(tile)}`;
  };
  const code = wgsl`
${declareTile(tile, gates)}
${declareUniforms(uniforms)}
${declareBindings(bindings, FORWARD_TYPES)}
${declareShape(cell, batch, hiddenSize)}
${activation}
${declareLayerNorm(options, owned, 'weights')}
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
    ${unroll(groups.length, part)}
  }
}`;
  return {
    name: 'layer-norm-sequence-forward',
    options,
    variant: `${cell} ${tileLabel(tile)}${forwardLabel(options)}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [threads, 1, 1],
    workgroups: [Math.ceil(batch / tile.rows), 1, 1],
    range: { along: 'time', length: timeSteps },
    flop: 2 * timeSteps * batch * gates * hiddenSize * (hiddenSize + 10),
  };
}
