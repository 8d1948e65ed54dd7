/**
 * The GRU with reset before the recurrent product, all time steps in one dispatch: r, z from h; then n = tanh(x_n + b + U_n (r∘h)).
 * Bindings as in `sequence-forward`; plane 3 of gates keeps r∘h. Two products and four barriers a step.
 */
import { activation } from './common/activation.ts';
import { declareTile, laneParameter, tileLabel } from './common/product.ts';
import { keepOperand, maskPast } from './common/recurrent-dropout.ts';
import {
  declareForward,
  declareRows,
  declareShape,
  FORWARD_TYPES,
  forRows,
  forwardBindings,
  forwardLabel,
  forwardUniforms,
  initialAccumulators,
  nextState,
  recurrentProduct,
  sharedRows,
  storeAccumulators,
} from './common/recurrent-tile.ts';
import type { Kernel } from './kernel.ts';
import type { SequenceForwardOptions } from './sequence-forward.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export function gruBeforeSequenceForward(options: SequenceForwardOptions): Kernel {
  const { batch, timeSteps, hiddenSize, input, tile } = options;
  const bindings = forwardBindings(options);
  const uniforms = forwardUniforms(options);
  const threads = hiddenSize / 4 / tile.vectors;
  const operand = sharedRows('hidden', tile);
  const place = `let gate = (t * BATCH + row) * PLANES * UNITS + unit;
        let state = (t * BATCH + row) * UNITS + unit;`;
  const code = wgsl`
${declareTile(tile, 3)}
${declareUniforms(uniforms)}
${declareBindings(bindings, FORWARD_TYPES)}
${declareShape('gru-before', batch, hiddenSize)}
${activation}
${declareForward(options)}

// the operand of the next product, h or r∘h, [unit, row]
var<workgroup> hidden: array<f32, ${hiddenSize * tile.rows}>;

fn keep(unit: u32, b: u32, h: vec4f) {
  ${unroll(4, (lane) => `hidden[(unit * 4u + ${lane}u) * ${tile.rows}u + b] = h[${lane}];`)}
}

@compute
@workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32${laneParameter(tile)}) {
  let firstRow = workgroup.x * ${tile.rows}u;
  let firstUnit = local * ${tile.vectors}u;
  ${declareRows(batch, tile)}
  ${forRows(batch, tile, keepOperand(options, 'states[call.begin * ROW + row * UNITS + unit]', 'call.begin * ROW + row * UNITS + unit'))}
  workgroupBarrier();
  for (var t = call.begin; t < call.end; t++) {
    ${initialAccumulators(options, [0, 1, 2])}
    ${recurrentProduct(options, [0, 1], operand)}
    ${storeAccumulators(options, [0, 1])}
    workgroupBarrier();
    ${forRows(batch, tile, `${place} keep(unit, b, ${maskPast(options, 'forward_gates(gate, state)')});`)}
    workgroupBarrier();
    ${recurrentProduct(options, [2], operand)}
    ${storeAccumulators(options, [2])}
    workgroupBarrier();
    ${forRows(batch, tile, `${place} ${nextState(options, 'forward_candidate(gate, state)')} states[state + ROW] = h; ${keepOperand(options, 'h', 'state + ROW')}`)}
    workgroupBarrier();
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
