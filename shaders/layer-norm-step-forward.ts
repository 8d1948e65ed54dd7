/**
 * One time step of a layer-normalised recurrent layer, t = begin, behind its product U h_{t-1}, which lies in norms: a workgroup owns a whole row and
 * has its mean and variance. Of the GRU with reset before one half of a step, each behind a product of its own.
 *
 * Bindings as in `layer-norm-sequence-forward`. Uniform `block` is the first row of a piece.
 */
import { activation } from './common/activation.ts';
import { CELLS } from './common/cell.ts';
import { declareForward } from './common/forward-step.ts';
import { declareLayerNorm } from './common/layer-norm.ts';
import { type NormedForwardOptions, normedStep, type StepHalf } from './common/layer-norm-forward.ts';
import { storeOperand } from './common/recurrent-dropout.ts';
import { declareShape, FORWARD_TYPES, forwardBindings, forwardLabel, forwardUniforms } from './common/recurrent-tile.ts';
import type { Kernel } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface LayerNormStepForwardOptions extends NormedForwardOptions {
  /** Default `gates`; of any other cell that is the whole step. */
  readonly half?: StepHalf;
  readonly workgroupSize: number;
}

export function layerNormStepForward(options: LayerNormStepForwardOptions): Kernel {
  const { cell, batch, hiddenSize, workgroupSize, half = 'gates' } = options;
  const bindings = forwardBindings(options);
  const uniforms = [...forwardUniforms(options), 'block'];
  const owned = { rows: 1, threads: workgroupSize };
  const each = (body: string): string => `for (var unit = local; unit < UNITS; unit += ${workgroupSize}u) {
      ${body}
    }`;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, FORWARD_TYPES)}
${declareShape(cell, batch, hiddenSize)}
${activation}
${declareLayerNorm(options, owned, 'weights')}
${declareForward(options)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = workgroup.x + call.block;
  let firstRow = row;
  let b = 0u;
  let t = call.begin;
  ${normedStep(options, half, owned, each, { hidden: storeOperand(options, 'state + ROW'), past: '' })}
}`;
  return {
    name: 'layer-norm-step-forward',
    options,
    variant: `${cell}${cell === 'gru-before' ? ` ${half}` : ''} ${workgroupSize} threads${forwardLabel(options)}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [batch, 1, 1],
    range: { along: 'workgroups', length: batch, first: 'block' },
    flop: 20 * CELLS[cell].gates * batch * hiddenSize,
  };
}
