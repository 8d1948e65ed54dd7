/**
 * The frame of losses that are sums over single numbers: losses[row] = sum over the classes of loss(y, target), and y becomes scale * slope(y, target).
 * logits and targets [rows, stride], losses [rows]; one thread owns a row; padding columns get gradient 0.
 */
import { type Kernel, read, readWrite } from '../kernel.ts';
import { declareBindings, declareUniforms, wgsl } from '../wgsl.ts';
import { control } from './control.ts';

export interface ElementwiseLossOptions {
  readonly rows: number;
  readonly classes: number;
  readonly stride: number;
  /** False: the outputs stay as they are (validation). */
  readonly gradient: boolean;
  readonly workgroupSize: number;
}

/** `functions` declares loss(y, goal) and slope(y, goal) on vec4f. */
export function elementwiseLoss(name: string, functions: string, options: ElementwiseLossOptions): Kernel {
  const { rows, classes, stride, gradient, workgroupSize } = options;
  const bindings = [read('control'), gradient ? readWrite('logits') : read('logits'), read('targets'), readWrite('losses')];
  const uniforms = ['begin', 'control', 'targets', 'losses'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { control: 'array<u32>', logits: 'array<vec4f>', targets: 'array<vec4f>', losses: 'array<f32>' })}
${control(1)}
${functions}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (row < ${rows}u) {
    let scale = bitcast<f32>(control[call.control + GRADIENT_SCALE]);
    var sum = vec4f();
    for (var vector = 0u; vector < ${stride / 4}u; vector++) {
      let place = row * ${stride / 4}u + vector;
      let counts = vec4u(vector * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(${classes}u);
      let y = logits[place];
      let goal = targets[call.targets / 4u + place];
      sum += select(vec4f(), loss(y, goal), counts);
#if ${gradient}
      logits[place] = select(vec4f(), scale * slope(y, goal), counts);
#endif
    }
    losses[call.losses + row] = dot(sum, vec4f(1.0f));
  }
}`;
  const count = Math.ceil(rows / workgroupSize);
  return {
    name,
    variant: gradient ? 'gradient' : 'loss',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: rows * stride * 6,
  };
}
