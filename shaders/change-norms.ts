/**
 * Sums of squares of all parameters and of what an update changed, piece by piece, for `update-norms`.
 *
 * parameters [elements] after the update, before [elements]: a copy from ahead of it; changes [pieces, 4] u32: (exponent, sum) of the parameters of a piece and
 * (exponent, sum) of their changes, see common/scaled-sum.ts. A workgroup adds up one piece in a fixed order.
 */
import { scaledSum } from './common/scaled-sum.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface ChangeNormsOptions {
  /** Of the parameters, a multiple of 4. */
  readonly elements: number;
  readonly workgroupSize: number;
}

const PIECE_ELEMENTS = 4096;

export const changePieces = (elements: number): number => Math.ceil(elements / PIECE_ELEMENTS);

export function changeNorms({ elements, workgroupSize }: ChangeNormsOptions): Kernel {
  const bindings = [read('parameters'), read('before'), readWrite('changes')];
  const uniforms = ['begin'];
  const pieces = changePieces(elements);
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { parameters: 'array<vec4f>', before: 'array<vec4f>', changes: 'array<vec4u>' })}
${scaledSum}

var<workgroup> value_sums: array<ScaledSum, ${workgroupSize}>;
var<workgroup> change_sums: array<ScaledSum, ${workgroupSize}>;

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let piece = workgroup.x + call.begin;
  let first = piece * ${PIECE_ELEMENTS / 4}u;
  let end = min(first + ${PIECE_ELEMENTS / 4}u, ${elements / 4}u);
  var value = ScaledSum(0u, 0.0f);
  var change = ScaledSum(0u, 0.0f);
  for (var index = first + local; index < end; index += ${workgroupSize}u) {
    let x = parameters[index];
    let y = before[index];
    value = add(value, squares(x));
    // of what was not finite and has not changed the change is zero too
    change = add(change, squares(select(x - y, vec4f(), bitcast<vec4u>(x) == bitcast<vec4u>(y))));
  }
  value_sums[local] = value;
  change_sums[local] = change;
  workgroupBarrier();
  if (local == 0u) {
    for (var index = 1u; index < ${workgroupSize}u; index++) {
      value = add(value, value_sums[index]);
      change = add(change, change_sums[index]);
    }
    changes[piece] = vec4u(value.exponent, bitcast<u32>(value.sum), change.exponent, bitcast<u32>(change.sum));
  }
}`;
  return {
    name: 'change-norms',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [pieces, 1, 1],
    range: { along: 'workgroups', length: pieces },
    flop: 5 * elements,
  };
}
