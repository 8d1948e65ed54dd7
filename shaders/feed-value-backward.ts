/**
 * The reverse of feed-value: with d = ∂L/∂x[t] + keep · d[t + 1] (the latter unless t is the last step), which is left in inputGradient,
 * outputGradient[t - 1] += gain · d. inputGradient has its rows as [T + 1, B, I]: that of step t is row t + 1; outputGradient [T, B, stride]. One thread owns a row.
 */
import { declareFed, type FeedValueOptions } from './feed-value.ts';
import { type Kernel, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface FeedValueBackwardOptions extends FeedValueOptions {
  readonly timeSteps: number;
}

export function feedValueBackward({ batch, timeSteps, inputs, columns, stride, workgroupSize }: FeedValueBackwardOptions): Kernel {
  const bindings = [readWrite('inputGradient'), readWrite('outputGradient')];
  const uniforms = ['time'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { inputGradient: 'array<f32>', outputGradient: 'array<f32>' })}
${declareFed(inputs)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < ${batch}u) {
    let row = (call.time + 1u) * ${batch}u + id.x;
    let said = ((call.time - 1u) * ${batch}u + id.x) * ${stride}u;
    for (var number = 0u; number < ${inputs.length}u; number++) {
      let place = row * ${columns}u + number;
      var gradient = inputGradient[place];
      if (call.time < ${timeSteps - 1}u) {
        gradient += KEEP[number] * inputGradient[place + ${batch * columns}u];
      }
      inputGradient[place] = gradient;
      outputGradient[said + OUTPUT[number]] = outputGradient[said + OUTPUT[number]] + GAIN[number] * gradient;
    }
  }
}`;
  return {
    name: 'feed-value-backward',
    variant: 'linear',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [Math.ceil(batch / workgroupSize), 1, 1],
    flop: batch * inputs.length * 4,
  };
}
