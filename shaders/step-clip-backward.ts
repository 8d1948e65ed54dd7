/**
 * The second half of a reverse turn whose gradients are clipped by norm, for the step kernels, which leave dL/dh without it: a workgroup owns a whole
 * row, adds up its norm, clips, and makes the gate gradients, in place. Never the initial state's turn.
 *
 * Bindings: common/reverse-tile.ts without parameters.
 */
import { activation } from './common/activation.ts';
import { CELLS } from './common/cell.ts';
import { declareShape } from './common/recurrent-tile.ts';
import {
  BACKWARD_TYPES,
  backwardBindings,
  backwardUniforms,
  clipTurn,
  declareCell,
  declareLast,
  declareReverseNoise,
  gateGradients,
  reverseLabel,
  rowOfTurn,
} from './common/reverse-tile.ts';
import { keepLargest } from './common/time-step-clip.ts';
import type { Kernel } from './kernel.ts';
import type { StepBackwardOptions } from './step-backward.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export function stepClipBackward(options: StepBackwardOptions): Kernel {
  const { cell, batch, hiddenSize, workgroupSize } = options;
  const { name } = CELLS[cell].reverse;
  const bindings = backwardBindings(options).filter((binding) => binding.name !== 'parameters');
  const uniforms = [...backwardUniforms(options), 'block'];
  const owned = { rows: 1, threads: workgroupSize };
  const each = (body: string): string => `for (var unit = local; unit < UNITS; unit += ${workgroupSize}u) {
      ${body}
    }`;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape(cell, batch, hiddenSize)}
${activation}
${declareReverseNoise(options)}
${declareCell(options, owned)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = workgroup.x + call.block;
  let b = 0u;
  let i = ${rowOfTurn(options, 'call.begin')};
  let t = i - 1u;
  ${declareLast(options)}
  ${clipTurn(options, owned, each)}
  ${each(`let gate = (t * BATCH + row) * PLANES * UNITS + unit;
      let state = (t * BATCH + row) * UNITS + unit;
      ${gateGradients(options, name)}`)}
  ${keepLargest(options.clip)}
}`;
  return {
    name: 'step-clip-backward',
    options,
    variant: `${cell} ${workgroupSize} threads${reverseLabel(options)}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [batch, 1, 1],
    range: { along: 'workgroups', length: batch, first: 'block' },
    flop: 40 * batch * hiddenSize,
  };
}
