/**
 * The reverse sweep of the GRU with reset before, all time steps in one dispatch. At each t: dh from dr, dz of the later step; dz, dn;
 * then d(r∘h) = U_n' dn, dr and the carry. Bindings: common/reverse-tile.ts. Two products and three barriers a step.
 */
import { activation } from './common/activation.ts';
import { CELLS } from './common/cell.ts';
import { accumulator, declareAccumulators, forTile, storeGuard } from './common/product.ts';
import { declareRows, declareShape, forRows } from './common/recurrent-tile.ts';
import {
  BACKWARD_TYPES,
  BACKWARD_UNIFORMS,
  backwardBindings,
  keepDelta,
  loadOutputGradient,
  type ReverseOptions,
  reverseProduct,
  storeOutputGradient,
} from './common/reverse-tile.ts';
import type { Kernel } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export function gruBeforeSequenceBackward(options: ReverseOptions): Kernel {
  const { batch, timeSteps, hiddenSize, tile } = options;
  const bindings = backwardBindings('gru-before');
  const threads = hiddenSize / 4 / tile.vectors;
  const delta =
    (gate: number) =>
    (row: number): string =>
      `delta[(k + ${gate * hiddenSize}u) * ${tile.rows}u + ${row}u]`;
  const code = wgsl`
${declareUniforms(BACKWARD_UNIFORMS)}
${declareBindings(bindings, BACKWARD_TYPES)}
${declareShape('gru-before', batch, hiddenSize)}
${activation}
${CELLS['gru-before'].backward}

// gate gradients, [gate · unit, row]: r and z of the step after, n of this step
var<workgroup> delta: array<f32, ${3 * hiddenSize * tile.rows}>;
${keepDelta('gru-before', tile)}

@compute
@workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let firstRow = workgroup.x * ${tile.rows}u;
  let firstUnit = local * ${tile.vectors}u;
  ${declareRows(batch, tile)}
  if (call.end < ${timeSteps}u) {
    ${forRows(batch, tile, 'keep((call.end * BATCH + row) * PLANES * UNITS + unit, unit, b);')}
  }
  workgroupBarrier();
  for (var past = call.begin; past < call.end; past++) {
    let t = call.end - 1u - (past - call.begin);
    let isLast = t == ${timeSteps - 1}u;
    {
      ${loadOutputGradient(tile)}
      if (!isLast) {
        ${reverseProduct(options, 0, 2, delta(0))}
      }
      ${storeOutputGradient(options)}
    }
    workgroupBarrier();
    ${forRows(
      batch,
      tile,
      `let gate = (t * BATCH + row) * PLANES * UNITS + unit;
        let state = (t * BATCH + row) * UNITS + unit;
        backward_candidate(gate, state, state, row * UNITS + unit, isLast);
        keep(gate, unit, b);`,
    )}
    workgroupBarrier();
    {
      ${declareAccumulators(tile, () => 'vec4f()')}
      ${reverseProduct(options, 2, 1, delta(2))}
      workgroupBarrier();
      ${forTile(
        tile,
        (row, vector) => `${storeGuard(batch, tile, row)}{
        let gate = (t * BATCH + row${row}) * PLANES * UNITS + firstUnit + ${vector}u;
        backward_gates(gate, (t * BATCH + row${row}) * UNITS + firstUnit + ${vector}u, row${row} * UNITS + firstUnit + ${vector}u, ${accumulator(row, vector)});
        keep(gate, firstUnit + ${vector}u, ${row}u);
      }`,
      )}
    }
    workgroupBarrier();
  }
}`;
  return {
    name: 'gru-before-sequence-backward',
    variant: `${tile.rows}x${tile.vectors * 4}`,
    code,
    bindings,
    uniforms: BACKWARD_UNIFORMS,
    workgroupSize: [threads, 1, 1],
    workgroups: [Math.ceil(batch / tile.rows), 1, 1],
    range: { along: 'time', length: timeSteps, reverse: true },
    flop: 6 * timeSteps * batch * hiddenSize * hiddenSize,
  };
}
