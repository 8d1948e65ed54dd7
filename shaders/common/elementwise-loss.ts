/**
 * The frame of losses that are sums over single numbers: losses[row] = sum over the classes of loss(y, target), and y becomes scale * slope(y, target).
 * logits and targets [rows, stride], losses [rows]; one thread owns a row; padding columns get gradient 0. With lengths [B], rows are [T, B], and one
 * past its end has loss 0 and gradient 0; so has one of the first `overlap` time steps where b reads on.
 */
import { type Kernel, read, readWrite } from '../kernel.ts';
import { declareBindings, declareUniforms, wgsl } from '../wgsl.ts';
import { control, countedAfter } from './control.ts';
import { lengthBindings, lengthOf } from './rows.ts';

export interface ElementwiseLossOptions {
  readonly rows: number;
  readonly classes: number;
  readonly stride: number;
  /** False: the outputs stay as they are (validation). */
  readonly gradient: boolean;
  /** Rows are [T, batch], and row (t, b) counts where t < lengths[b]; default false: every row counts. */
  readonly lengths?: boolean;
  /** Time steps at the beginning that do not count where a row reads on; default 0. */
  readonly overlap?: number;
  /** Only read with `lengths` or `overlap`; default all rows: T is 1. */
  readonly batch?: number;
  readonly workgroupSize: number;
}

/** `functions` declares loss(y, goal) and slope(y, goal) on vec4f. */
export function elementwiseLoss(name: string, functions: string, options: ElementwiseLossOptions): Kernel {
  const { rows, classes, stride, gradient, lengths = false, overlap = 0, batch = rows, workgroupSize } = options;
  const inputs = [read('control'), gradient ? readWrite('logits') : read('logits'), read('targets')];
  const bindings = [...inputs, ...lengthBindings(lengths), readWrite('losses')];
  const uniforms = ['begin', 'control', 'targets', 'losses', 'lengths'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  control: 'array<u32>',
  logits: 'array<vec4f>',
  targets: 'array<vec4f>',
  lengths: 'array<u32>',
  losses: 'array<f32>',
})}
${control(batch)}
${countedAfter(overlap)}
${lengthOf(lengths, rows / batch)}
${functions}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (row < ${rows}u) {
    let t = row / ${batch}u;
    let b = row % ${batch}u;
    let is_real = t < length_of(b) && is_counted(t, b);
    let scale = bitcast<f32>(control[call.control + GRADIENT_SCALE]);
    var sum = vec4f();
    for (var vector = 0u; vector < ${stride / 4}u; vector++) {
      let place = row * ${stride / 4}u + vector;
      let counts = vec4u(vector * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(select(0u, ${classes}u, is_real));
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
    variant: `${gradient ? 'gradient' : 'loss'}${lengths ? ' lengths' : ''}${overlap > 0 ? ' overlap' : ''}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: rows * stride * 6,
  };
}
