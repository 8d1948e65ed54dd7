/**
 * states[b, j] = weights[j] for each row b that starts anew: a learned initial state, repeated over the batch. Other rows stay as they are.
 * control (common/control.ts), only where rows may read on; weights (a vector [H] in them), states [B, H]; one thread writes four neighbours.
 */
import { cutByWorkgroups } from './common/rows.ts';
import { isAnew } from './common/start.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface StartRowsOptions {
  readonly batch: number;
  /** A multiple of 4. */
  readonly hiddenSize: number;
  /** Whether control says which rows start anew; false: all do. */
  readonly chosen: boolean;
  readonly workgroupSize: number;
}

export function startRows({ batch, hiddenSize, chosen, workgroupSize }: StartRowsOptions): Kernel {
  const bindings = [...(chosen ? [read('control')] : []), read('weights'), readWrite('states')];
  const uniforms = ['begin', 'control', 'weights'];
  const vectors = hiddenSize / 4;
  const threads = batch * vectors;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { control: 'array<u32>', weights: 'array<vec4f>', states: 'array<vec4f>' })}
${isAnew(chosen, batch)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${threads}u) {
    if (is_anew(index / ${vectors}u)) {
      states[index] = weights[call.weights / 4u + index % ${vectors}u];
    }
  }
}`;
  const variant = chosen ? 'chosen' : 'all';
  return { name: 'start-rows', variant, code, bindings, uniforms, flop: 0, ...cutByWorkgroups(threads, workgroupSize) };
}
