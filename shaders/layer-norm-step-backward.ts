/**
 * The second half of a reverse turn of a layer-normalised layer, for the step kernels: `step-backward` has completed dL/dh but for a GRU's direct path; here
 * a workgroup owns a whole row and makes the gate gradients and dL/d(U h) of it. Never the initial state's turn.
 *
 * Of the GRU with reset before one half: `candidate`, then, behind the product U_n' dL/d(U_n r∘h), which lies in the second half of carry [2, B, H],
 * `gates`. Bindings as in `layer-norm-sequence-backward`.
 */
import { activation } from './common/activation.ts';
import { CELLS, GRU_BEFORE_GATES } from './common/cell.ts';
import { declareLayerNorm } from './common/layer-norm.ts';
import { declareThroughCell, type NormedReverseOptions, normedTurn } from './common/layer-norm-backward.ts';
import type { StepHalf } from './common/layer-norm-forward.ts';
import { declareShape } from './common/recurrent-tile.ts';
import {
  BACKWARD_TYPES,
  backwardBindings,
  backwardUniforms,
  declareCell,
  declareLast,
  declareReverseNoise,
  reverseLabel,
  rowOfTurn,
} from './common/reverse-tile.ts';
import { keepLargest } from './common/time-step-clip.ts';
import type { Kernel } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface LayerNormStepBackwardOptions extends NormedReverseOptions {
  /** Default `gates`; of any other cell that is all there is. */
  readonly half?: StepHalf;
  readonly workgroupSize: number;
}

export function layerNormStepBackward(options: LayerNormStepBackwardOptions): Kernel {
  const { cell, batch, hiddenSize, workgroupSize, half = 'gates' } = options;
  const isBefore = cell === 'gru-before';
  // its second half has nothing to clip
  const own = isBefore && half === 'gates' ? { ...options, clip: undefined } : options;
  const bindings = backwardBindings(own);
  const uniforms = [...backwardUniforms(own), 'block'];
  const owned = { rows: 1, threads: workgroupSize };
  const each = (body: string): string => `for (var unit = local; unit < UNITS; unit += ${workgroupSize}u) {
      ${body}
    }`;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape(cell, batch, hiddenSize)}
${activation}
${declareLayerNorm(options, owned, 'parameters')}
${declareReverseNoise(own)}
${declareThroughCell}
${declareCell(own, owned)}
${isBefore ? GRU_BEFORE_GATES : ''}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = workgroup.x + call.block;
  let b = 0u;
  let i = ${rowOfTurn(options, 'call.begin')};
  let t = i - 1u;
  ${declareLast(options)}
  ${normedTurn(own, half, owned, each, '')}
  ${keepLargest(own.clip)}
}`;
  return {
    name: 'layer-norm-step-backward',
    options: own,
    variant: `${cell}${isBefore ? ` ${half}` : ''} ${workgroupSize} threads${reverseLabel(own)}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [batch, 1, 1],
    range: { along: 'workgroups', length: batch, first: 'block' },
    flop: 30 * CELLS[cell].gates * batch * hiddenSize,
  };
}
