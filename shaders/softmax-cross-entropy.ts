/**
 * Softmax cross entropy, forward and backward in one dispatch: losses[row] = -(1 - s) log p[y] - s/V sum log p, and the logits become
 * their gradients, scale * (p - (1 - s) [v = y] - s/V).
 *
 * logits [rows, stride], targets [rows] (an id outside the classes does not count), losses [rows]. One thread owns a row.
 * With `overlap`, rows are [T, B], and of the first ones only those count whose b starts anew.
 * Formula and label smoothing s: PyTorch nn.CrossEntropyLoss.
 */
import { control, countedAfter } from './common/control.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, f32, wgsl } from './wgsl.ts';

export interface SoftmaxCrossEntropyOptions {
  readonly rows: number;
  readonly classes: number;
  /** Columns of a row, `classes` padded to a multiple of 4. */
  readonly stride: number;
  /** False: the logits stay as they are (validation). */
  readonly gradient: boolean;
  readonly labelSmoothing: number;
  /** Time steps at the beginning that do not count where a row reads on; default 0. */
  readonly overlap?: number;
  /** B, only read with `overlap`; default all rows: T is 1. */
  readonly batch?: number;
  readonly workgroupSize: number;
}

export function softmaxCrossEntropy(options: SoftmaxCrossEntropyOptions): Kernel {
  const { rows, classes, stride, gradient, labelSmoothing, overlap = 0, batch = rows, workgroupSize } = options;
  const bindings = [read('control'), gradient ? readWrite('logits') : read('logits'), read('targets'), readWrite('losses')];
  const uniforms = ['begin', 'control', 'targets', 'losses'];
  const isPadded = classes < stride;
  const isSmoothed = labelSmoothing > 0;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { control: 'array<u32>', logits: 'array<vec4f>', targets: 'array<u32>', losses: 'array<f32>' })}
${control(batch)}
${countedAfter(overlap)}
const VECTORS = ${stride / 4}u;
const SMOOTHING = ${f32(labelSmoothing)};

fn classes_of(vector: u32) -> vec4u { return vec4u(vector * 4u) + vec4u(0u, 1u, 2u, 3u); }

fn logit(place: u32, vector: u32) -> vec4f {
#if ${isPadded}
  return select(vec4f(-3.0e38f), logits[place + vector], classes_of(vector) < vec4u(${classes}u));
#else
  return logits[place + vector];
#endif
}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (row < ${rows}u) {
    let place = row * VECTORS;
    let target_class = targets[call.targets + row];
    let counts = target_class < ${classes}u && is_counted(row / ${batch}u, row % ${batch}u);
    var highest = vec4f(-3.0e38f);
    for (var vector = 0u; vector < VECTORS; vector++) {
      highest = max(highest, logit(place, vector));
    }
    let shift = max(max(highest.x, highest.y), max(highest.z, highest.w));
    var sums = vec4f();
    for (var vector = 0u; vector < VECTORS; vector++) {
      sums += exp(logit(place, vector) - shift);
    }
    let sum = dot(sums, vec4f(1.0f));
    // relative to the largest logit: the sum of both would round away the loss of logits in the thousands
    let level = log(sum);
    let chosen = min(target_class, ${classes - 1}u);
    var loss = level - (logits[place + chosen / 4u][chosen % 4u] - shift);
#if ${isSmoothed}
    var total = vec4f();
    for (var vector = 0u; vector < VECTORS; vector++) {
      total += select(vec4f(), logits[place + vector] - shift, classes_of(vector) < vec4u(${classes}u));
    }
    loss = (1.0f - SMOOTHING) * loss + SMOOTHING * (level - dot(total, vec4f(${f32(1 / classes)})));
#endif
    losses[call.losses + row] = select(0.0f, loss, counts);
#if ${gradient}
    let scale = select(0.0f, bitcast<f32>(control[call.control + GRADIENT_SCALE]), counts);
    let share = scale / sum;
    for (var vector = 0u; vector < VECTORS; vector++) {
      var gradient = exp(logit(place, vector) - shift) * share;
      gradient -= select(vec4f(), vec4f(scale * (1.0f - SMOOTHING)), classes_of(vector) == vec4u(target_class));
#if ${isSmoothed}
      gradient -= select(vec4f(), vec4f(scale * SMOOTHING * ${f32(1 / classes)}), classes_of(vector) < vec4u(${classes}u));
#endif
      logits[place + vector] = gradient;
    }
#endif
  }
}`;
  const count = Math.ceil(rows / workgroupSize);
  return {
    name: 'softmax-cross-entropy',
    variant: `${gradient ? 'gradient' : 'loss'}${overlap > 0 ? ' overlap' : ''}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: rows * stride * 8,
  };
}
