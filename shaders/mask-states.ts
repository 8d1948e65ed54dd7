/**
 * The first operand of a recurrent product under recurrent dropout: row 0 of operand is m∘h_0, ahead of the first of the step kernels, which read whole rows.
 * states, operand [T + 1, B, H] (common/recurrent-dropout.ts); one thread writes four neighbours.
 */
import { declareMask, operandBindings } from './common/recurrent-dropout.ts';
import { declareNoise, noiseBindings, noiseUniforms } from './common/recurrent-noise.ts';
import { cutByWorkgroups } from './common/rows.ts';
import { type Kernel, read } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface MaskStatesOptions {
  readonly batch: number;
  /** A multiple of 4. */
  readonly hiddenSize: number;
  readonly workgroupSize: number;
}

export function maskStates({ batch, hiddenSize, workgroupSize }: MaskStatesOptions): Kernel {
  const noise = { recurrentDropout: true };
  const bindings = [read('states'), ...noiseBindings(noise), ...operandBindings(noise)];
  const uniforms = ['begin', ...noiseUniforms(noise)];
  const units = hiddenSize / 4;
  const threads = batch * units;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { states: 'array<vec4f>', control: 'array<u32>', operand: 'array<vec4f>' })}
${declareNoise(noise)}
${declareMask(noise)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${threads}u) {
    operand[index] = states[index] * recurrent_mask(index / ${units}u, index % ${units}u);
  }
}`;
  return {
    name: 'mask-states',
    variant: 'noise',
    code,
    bindings,
    uniforms,
    ...cutByWorkgroups(threads, workgroupSize),
    flop: threads * 48,
  };
}
