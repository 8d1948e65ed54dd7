/**
 * One reverse time step of the GRU with reset before, second half: d(r∘h) = U_n' dn, then dr and the carry += d(r∘h)·r, t = begin.
 * Bindings: common/reverse-tile.ts without outputGradient.
 */
import { activation } from './common/activation.ts';
import { CELLS } from './common/cell.ts';
import { accumulator, declareAccumulators, forTile, storeGuard } from './common/product.ts';
import { declareRows, declareShape } from './common/recurrent-tile.ts';
import { BACKWARD_TYPES, BACKWARD_UNIFORMS, backwardBindings, reverseProduct } from './common/reverse-tile.ts';
import type { Kernel } from './kernel.ts';
import type { StepBackwardOptions } from './step-backward.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export function gruBeforeGatesBackward(options: StepBackwardOptions): Kernel {
  const { batch, hiddenSize, tile, workgroupSize } = options;
  const bindings = backwardBindings('gru-before');
  const unitBlocks = hiddenSize / 4 / tile.vectors;
  const blocks = unitBlocks * Math.ceil(batch / tile.rows);
  const code = wgsl`
${declareUniforms(BACKWARD_UNIFORMS)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape('gru-before', batch, hiddenSize)}
${activation}
${CELLS['gru-before'].backward}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < ${blocks}u) {
    let t = call.begin;
    let firstRow = id.x / ${unitBlocks}u * ${tile.rows}u;
    let firstUnit = id.x % ${unitBlocks}u * ${tile.vectors}u;
    ${declareRows(batch, tile)}
    ${declareAccumulators(tile, () => 'vec4f()')}
    ${reverseProduct(options, 2, 1, (row) => `gates[((t * BATCH + row${row}) * PLANES + 2u) * UNITS + (k >> 2u)][k & 3u]`)}
    ${forTile(
      tile,
      (row, vector) => `${storeGuard(batch, tile, row)}{
      let unit = firstUnit + ${vector}u;
      backward_gates((t * BATCH + row${row}) * PLANES * UNITS + unit, (t * BATCH + row${row}) * UNITS + unit, row${row} * UNITS + unit, ${accumulator(row, vector)});
    }`,
    )}
  }
}`;
  return {
    name: 'gru-before-gates-backward',
    variant: `${tile.rows}x${tile.vectors * 4}`,
    code,
    bindings,
    uniforms: BACKWARD_UNIFORMS,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [Math.ceil(blocks / workgroupSize), 1, 1],
    flop: 2 * batch * hiddenSize * hiddenSize,
  };
}
