/**
 * gradients[j] = sum over the rows b that start anew of gradient[b, j], b = 0 .. B - 1: what a learned initial state gets from ∂L/∂(first states).
 * control as in start-rows; gradient [B, H], gradients (a vector [H] in them); one thread sums four columns, in a fixed order. Cost: B·H additions.
 */
import { cutByWorkgroups } from './common/rows.ts';
import { isAnew } from './common/start.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import type { StartRowsOptions } from './start-rows.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export function startRowsBackward({ batch, hiddenSize, chosen, workgroupSize }: StartRowsOptions): Kernel {
  const bindings = [...(chosen ? [read('control')] : []), read('gradient'), readWrite('gradients')];
  const uniforms = ['begin', 'control', 'gradients'];
  const vectors = hiddenSize / 4;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { control: 'array<u32>', gradient: 'array<vec4f>', gradients: 'array<vec4f>' })}
${isAnew(chosen, batch)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${vectors}u) {
    var sum = vec4f();
    for (var b = 0u; b < ${batch}u; b++) {
      if (is_anew(b)) {
        sum += gradient[b * ${vectors}u + index];
      }
    }
    gradients[call.gradients / 4u + index] = sum;
  }
}`;
  const variant = chosen ? 'chosen' : 'all';
  const flop = batch * hiddenSize;
  return { name: 'start-rows-backward', variant, code, bindings, uniforms, flop, ...cutByWorkgroups(vectors, workgroupSize) };
}
