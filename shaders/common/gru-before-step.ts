/** The frame of the two forward step kernels of the GRU with reset before: some gates, one product, one activation, t = begin. */
import type { Kernel } from '../kernel.ts';
import type { StepForwardOptions } from '../step-forward.ts';
import { declareBindings, declareUniforms, wgsl } from '../wgsl.ts';
import { activation } from './activation.ts';
import { declareForward, storeAccumulators } from './forward-step.ts';
import { declareTile, laneParameter, tileLabel } from './product.ts';
import {
  declareRows,
  declareShape,
  FORWARD_TYPES,
  forRows,
  forwardBindings,
  forwardLabel,
  forwardUniforms,
  initialAccumulators,
  type LeftRows,
  recurrentProduct,
} from './recurrent-tile.ts';

export function gruBeforeForwardStep(
  name: string,
  options: StepForwardOptions,
  gates: readonly number[],
  operand: LeftRows,
  activate: string,
): Kernel {
  const { batch, hiddenSize, input, tile, workgroupSize } = options;
  const bindings = forwardBindings(options);
  const unitBlocks = hiddenSize / 4 / tile.vectors;
  const blocks = unitBlocks * Math.ceil(batch / tile.rows);
  const uniforms = [...forwardUniforms(options), 'block'];
  const code = wgsl`
${declareTile(tile, gates.length)}
${declareUniforms(uniforms)}
${declareBindings(bindings, FORWARD_TYPES)}
${declareShape('gru-before', batch, hiddenSize)}
${activation}
${declareForward(options)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u${laneParameter(tile)}) {
  let block = call.block * ${workgroupSize}u + id.x;
  if (block < ${blocks}u) {
    let t = call.begin;
    let firstRow = block / ${unitBlocks}u * ${tile.rows}u;
    let firstUnit = block % ${unitBlocks}u * ${tile.vectors}u;
    ${declareRows(batch, tile)}
    ${initialAccumulators(options, gates)}
    ${recurrentProduct(options, gates, operand)}
    ${storeAccumulators(options, gates)}
    ${forRows(
      batch,
      tile,
      `let gate = (t * BATCH + row) * PLANES * UNITS + unit;
        let state = (t * BATCH + row) * UNITS + unit;
        ${activate}`,
    )}
  }
}`;
  return {
    name,
    options,
    variant: `${input} ${tileLabel(tile)}${forwardLabel(options)}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [Math.ceil(blocks / workgroupSize), 1, 1],
    range: { along: 'workgroups', length: Math.ceil(blocks / workgroupSize), first: 'block' },
    flop: 2 * gates.length * batch * hiddenSize * hiddenSize,
  };
}
